// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/show/axis.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace parley::bench {
namespace {

std::vector<std::string> labels(const Axis& axis) {
  std::vector<std::string> out;
  for (const Mark& mark : axis.marks()) out.push_back(mark.label);
  return out;
}
using Labels = std::vector<std::string>;

TEST(Axis, PutsNinesAtEqualDistances) {
  const Axis axis(Scale::kNines, 0, 99.9, "%");
  EXPECT_EQ(labels(axis), (Labels{"0", "50 %", "90 %", "99 %", "99.9 %"}));
  EXPECT_NEAR(axis.place(99) - axis.place(90), axis.place(99.9) - axis.place(99), 1e-9);
  EXPECT_NEAR(axis.place(99.9), 1, 1e-9);
}

TEST(Axis, WidensALogarithmicRangeToMarks) {
  const Axis axis(Scale::kLog, 30'000, 900'000, "ns");
  EXPECT_EQ(labels(axis), (Labels{"20 µs", "50 µs", "100 µs", "200 µs", "500 µs", "1 ms"}));
  EXPECT_EQ(axis.place(1), 0);
  EXPECT_EQ(axis.place(1e12), 1);
}

TEST(Axis, ShowsOnlyPowersOfTenOfALongRange) {
  EXPECT_EQ(labels(Axis(Scale::kLog, 1'000, 9e9, "ns")), (Labels{"1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s"}));
}

TEST(Axis, BeginsALinearOneAtZero) {
  EXPECT_EQ(labels(Axis(Scale::kLinear, 3, 9.5, "s")), (Labels{"0", "2 s", "4 s", "6 s", "8 s", "10 s"}));
}

TEST(Axis, HasSomewhereToStandForASingleValue) {
  for (const Scale scale : {Scale::kLinear, Scale::kLog}) {
    const Axis axis(scale, 5, 5, "");
    EXPECT_GE(axis.marks().size(), 2u);
    EXPECT_GT(axis.place(5), -1e-9);
  }
}

TEST(Axis, WritesDurationsInTheirUnit) {
  EXPECT_EQ(Axis::label(950, "ns"), "950 ns");
  EXPECT_EQ(Axis::label(1'500'000, "ns"), "1.5 ms");
  EXPECT_EQ(Axis::label(12.8, "µs"), "12.8 µs");
}

}  // namespace
}  // namespace parley::bench
