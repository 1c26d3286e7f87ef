// SPDX-License-Identifier: Apache-2.0
#include "net/link/copy_schedule.h"

#include <algorithm>

namespace parley::link {
namespace {

struct Row {
  double below;  // applies to losses below this
  CopySchedule schedule;
};

constexpr CopySchedule kTwice = {{Millis(25)}, 1};
constexpr std::array<Row, 4> kRows = {{
    {0.004, {{}, 0}},
    {0.025, kTwice},
    {0.06, {{Millis(15), Millis(45)}, 2}},
    {0.13, {{Millis(5), Millis(15), Millis(40)}, 3}},
}};
constexpr CopySchedule kWorst = {{Millis(5), Millis(15), Millis(40), Millis(80)}, 4};
constexpr Micros kShortRtt = Millis(30);  // below it all offsets are halved

}  // namespace

CopySchedule copy_schedule(double loss, Micros rtt, bool uplink) {
  const auto row = std::find_if(kRows.begin(), kRows.end(), [loss](const Row& r) { return loss < r.below; });
  CopySchedule out = row == kRows.end() ? kWorst : row->schedule;
  if (uplink && out.count == 0) out = kTwice;
  if (rtt < kShortRtt) {
    for (Micros& offset : out.offsets) offset /= 2;
  }
  return out;
}

}  // namespace parley::link
