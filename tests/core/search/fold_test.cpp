// SPDX-License-Identifier: Apache-2.0
#include "core/search/fold.h"

#include <gtest/gtest.h>

namespace parley::search {
namespace {

TEST(Fold, CaseIsFoldedByUnicodeNotByAscii) {
  EXPECT_EQ(fold("GRÜẞE"), fold("grüße"));
  EXPECT_EQ(fold("ΣΊΣΥΦΟΣ"), fold("Σίσυφος"));
  EXPECT_EQ(fold("ПРИВЕТ"), fold("привет"));
}

TEST(Fold, SharpSIsDoubleS) { EXPECT_EQ(fold("Straße"), fold("STRASSE")); }

TEST(Fold, AccentsDoNotMatter) {
  EXPECT_EQ(fold("naïve"), fold("naive"));
  EXPECT_EQ(fold("Łódź"), fold("lodz"));
  EXPECT_EQ(fold("Ёлка"), fold("елка"));
  EXPECT_EQ(fold("Việt"), fold("viet"));
}

TEST(Fold, ComposedAndDecomposedAreTheSame) { EXPECT_EQ(fold("\u00e9"), fold("e\u0301")); }

TEST(Fold, FullAndHalfWidthAreTheSame) {
  EXPECT_EQ(fold("ＡＢＣ１２３"), fold("abc123"));
  EXPECT_EQ(fold("ｶﾞ"), fold("ガ"));
}

TEST(Fold, MarksThatMakeAnotherLetterStay) {
  EXPECT_NE(fold("が"), fold("か"));
  EXPECT_NE(fold("мой"), fold("мои"));
  EXPECT_NE(fold("कि"), fold("का"));
}

TEST(Fold, ArabicVowelsAndTatweelDoNotMatter) { EXPECT_EQ(fold("مَرْحَبـــا"), fold("مرحبا")); }

TEST(Fold, InvisibleCharactersDoNotMatter) { EXPECT_EQ(fold("soft\u00adhyphen"), fold("softhyphen")); }

TEST(Fold, WhatIsNotUtf8IsNothing) { EXPECT_TRUE(fold("\xff\xfe ok").empty()); }

TEST(Fold, GlyphsTellWordsFromSeparators) {
  EXPECT_EQ(glyph_of(U'a'), Glyph::kSpaced);
  EXPECT_EQ(glyph_of(U'я'), Glyph::kSpaced);
  EXPECT_EQ(glyph_of(U'集'), Glyph::kUnspaced);
  EXPECT_EQ(glyph_of(U'ส'), Glyph::kUnspaced);
  EXPECT_EQ(glyph_of(U'👋'), Glyph::kUnspaced);
  EXPECT_EQ(glyph_of(U'、'), Glyph::kSeparator);
  EXPECT_EQ(glyph_of(U' '), Glyph::kSeparator);
}

}  // namespace
}  // namespace parley::search
