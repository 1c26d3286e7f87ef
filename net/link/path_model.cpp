// SPDX-License-Identifier: Apache-2.0
#include "net/link/path_model.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace parley::link {
namespace {

constexpr Micros kLongest = Seconds(10);

Micros exponential(Random& random, double mean_us) { return Micros(static_cast<int64_t>(-mean_us * std::log1p(-random.unit()))); }

std::unexpected<Error> wrong(const char* name, const char* what) {
  return fail(ErrorCode::kInvalidArgument, std::string("the network's ") + name + " must be " + what);
}

}  // namespace

Result<void> check_conditions(const PathConditions& conditions) {
  const auto share = [](double value) { return value >= 0 && value <= 1; };  // NaN is none
  const auto time = [](Micros value) { return value >= Micros(0) && value <= kLongest; };
  constexpr const char* kShare = "a share from 0 to 1";
  constexpr const char* kTime = "a time from 0 to 10 s";
  if (!share(conditions.loss)) return wrong("loss", kShare);
  if (!share(conditions.burst_loss) || conditions.burst_loss == 1) return wrong("burst", "a share of the time from 0 to below 1");
  if (!share(conditions.duplicate)) return wrong("duplicate", kShare);
  if (!share(conditions.reorder)) return wrong("reorder", kShare);
  if (!share(conditions.corrupt)) return wrong("corrupt", kShare);
  if (!time(conditions.delay)) return wrong("delay", kTime);
  if (!time(conditions.jitter)) return wrong("jitter", kTime);
  if (!time(conditions.burst_mean)) return wrong("burst length", kTime);
  if (!time(conditions.reorder_delay)) return wrong("reorder time", kTime);
  return {};
}

PathModel::Fate PathModel::decide(const PathConditions& conditions, size_t bytes, MonoTime now) {
  if (!queued(conditions, bytes, now)) return {};
  if ((conditions.loss > 0 && random_.unit() < conditions.loss) || outage(conditions, now)) return {};
  const MonoTime leaves = conditions.bytes_per_second > 0 ? free_at_ : now;
  Fate fate;
  fate.arrivals[fate.copies++] = leaves + transit(conditions);
  if (conditions.duplicate > 0 && random_.unit() < conditions.duplicate) fate.arrivals[fate.copies++] = leaves + transit(conditions);
  return fate;
}

bool PathModel::corrupt(const PathConditions& conditions, MutableBytes copy) {
  if (conditions.corrupt <= 0 || copy.empty() || random_.unit() >= conditions.corrupt) return false;
  const uint64_t bit = random_.below(copy.size() * 8);
  copy[bit / 8] = static_cast<uint8_t>(copy[bit / 8] ^ (1u << (bit % 8)));
  return true;
}

// A queue that drops at its tail, as most routers' do.
bool PathModel::queued(const PathConditions& conditions, size_t bytes, MonoTime now) {
  if (conditions.bytes_per_second <= 0) return true;
  free_at_ = std::max(free_at_, now);
  const double waiting = std::chrono::duration<double>(free_at_ - now).count() * conditions.bytes_per_second;
  if (waiting + static_cast<double>(bytes) > static_cast<double>(conditions.queue_bytes)) return false;
  free_at_ += Micros(std::llround(static_cast<double>(bytes) / conditions.bytes_per_second * 1e6));
  return true;
}

// The two states alternate with exponential times; the mean of the good one follows from the wanted share of outage.
bool PathModel::outage(const PathConditions& conditions, MonoTime now) {
  if (conditions.burst_loss <= 0) return false;
  const double bad_us = std::max(1.0, static_cast<double>(conditions.burst_mean.count()));
  const double good_us = bad_us * (1 - conditions.burst_loss) / conditions.burst_loss;
  if (!outage_known_) {
    outage_known_ = true;
    in_outage_ = random_.unit() < conditions.burst_loss;
    outage_changes_ = now + exponential(random_, in_outage_ ? bad_us : good_us);
  }
  while (outage_changes_ <= now) {
    in_outage_ = !in_outage_;
    outage_changes_ += exponential(random_, in_outage_ ? bad_us : good_us) + Micros(1);
  }
  return in_outage_;
}

Micros PathModel::transit(const PathConditions& conditions) {
  Micros time = conditions.delay;
  if (conditions.jitter.count() > 0) time += Micros(static_cast<int64_t>(random_.below(static_cast<uint64_t>(conditions.jitter.count()))));
  if (conditions.reorder > 0 && random_.unit() < conditions.reorder) time += conditions.reorder_delay;
  return time;
}

}  // namespace parley::link
