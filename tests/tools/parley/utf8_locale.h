// SPDX-License-Identifier: Apache-2.0
// Widths need a UTF-8 locale, which a program sets at its start; so does each test that measures.
// The locale stays for the whole test program, in which nothing depends on another one.
#pragma once

#include <gtest/gtest.h>

#include <clocale>

namespace parley::terminal {

class Utf8Locale : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(std::setlocale(LC_CTYPE, "C.UTF-8"), nullptr); }
};

}  // namespace parley::terminal
