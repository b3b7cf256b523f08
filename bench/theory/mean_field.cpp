#include "bench/theory/mean_field.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <vector>

#include "bench/theory/domain.hpp"
#include "bench/theory/quantile.hpp"

namespace loopsteal::theory {
namespace {

// Fractions smaller than this add nothing to a sum that is at least `load`.
constexpr double kNegligible = 1e-18;

// Stealing without a journey. Let s_i be the fraction with at least i tasks and a = s_1 - s_2 that
// with one. Work is served as it arrives, so s_1 = load. Below the threshold T, each step down is
// `load` times the one before. From T on, the flow into "at least i" balances that out of it:
// load s_(i-1) = s_i + attempts v_i, where v_i = 1 - (1 - s_i)^d is the chance that the best of d
// victims has at least i, and attempts = a + retry_rate (1 - load). For s_1 itself:
// load (1 - load) = a - attempts v_T. So `a` is the only unknown.
class InstantStealing {
 public:
  InstantStealing(double load, const StealingRule& rule) : load_(load), rule_(rule) {
    const double least = load * (1 - load);  // Without any success.
    const double most = least / -std::expm1(steps_to_threshold() * std::log(load));
    const auto reached = [&](double a) {
      return attempts(a) * success(at_threshold(a)) <= a - least;
    };
    single_ = first_where(least, std::min(load, most), reached);
  }

  StealingLimit limit() const {
    double sum = 0;
    double fraction = load_;
    for (std::uint64_t i = 1; i < rule_.threshold; ++i) {
      sum += fraction;
      fraction -= single_ * std::pow(load_, static_cast<double>(i - 1));
    }
    fraction = std::max(fraction, 0.0);
    while (fraction > kNegligible) {
      sum += fraction;
      fraction = next(fraction);
    }
    const double stolen = attempts(single_) * success(at_threshold(single_));
    return {sum / load_, stolen / load_};
  }

 private:
  double steps_to_threshold() const { return static_cast<double>(rule_.threshold - 1); }

  double at_threshold(double a) const {
    const double steps = -std::expm1(steps_to_threshold() * std::log(load_)) / (1 - load_);
    return std::max(0.0, load_ - a * steps);
  }

  double attempts(double a) const {
    return (rule_.when_emptied ? a : 0) + rule_.retry_rate * (1 - load_);
  }

  double success(double fraction) const {
    return -std::expm1(static_cast<double>(rule_.victims) * std::log1p(-fraction));
  }

  // Solves s + attempts v(s) = load * before. The left side is concave, so Newton from below stays
  // below and rises.
  double next(double before) const {
    const double d = static_cast<double>(rule_.victims);
    const double tries = attempts(single_);
    const double flow = load_ * before;
    double s = flow / (1 + tries * d);
    for (int round = 0; round < 100; ++round) {
      const double missing = flow - s - tries * success(s);
      const double slope = 1 + tries * d * std::pow(1 - s, d - 1);
      s += missing / slope;
      if (!(missing > 1e-15 * flow)) break;
    }
    return s;
  }

  double load_;
  StealingRule rule_;
  double single_ = 0;  // a.
};

// Stealing with a journey. s_i as above for workers that expect no stolen task, w_i for those that
// do: s_0 + w_0 = 1. With a = s_1 - s_2 and u = s_T + w_T given, all balances are linear; then a
// and u follow anew, until they stay.
class TravellingStealing {
 public:
  TravellingStealing(double load, const StealingRule& rule)
      : load_(load), rate_(1 / rule.journey), threshold_(rule.threshold) {
    double a = load * (1 - load);
    double u = load * load;
    for (int round = 0; round < kRounds; ++round) {
      solve(a, u);
      const double next_a = expects_none_[1] - expects_none_[2];
      const double next_u = expects_none_[threshold_] + expects_one_[threshold_];
      const double change = std::max(std::abs(next_a - a), std::abs(next_u - u));
      a = (a + next_a) / 2;
      u = (u + next_u) / 2;
      stolen_ = a * u;
      if (change < 1e-15) return;
    }
  }

  StealingLimit limit() const {
    double sum = expects_one_[0];  // As many tasks travel.
    for (std::size_t i = 1; i < expects_none_.size(); ++i) {
      sum += expects_none_[i] + expects_one_[i];
    }
    return {sum / load_, stolen_ / load_};
  }

 private:
  static constexpr int kRounds = 5'000;

  // w_i = ratio_i w_(i-1), from load (w_(i-1) - w_i) = leave_i (w_i - w_(i+1)) + rate w_i, where
  // leave_i is 1, and 1 + a from the threshold on: there the ratio is constant.
  void solve_expecting_one(double a, double u) {
    const double leave = 1 + a;
    const double middle = load_ + leave + rate_;
    const double last_ratio = 2 * load_ / (middle + std::sqrt(middle * middle - 4 * leave * load_));
    std::vector<double> ratios(threshold_, last_ratio);
    for (std::size_t i = threshold_ - 1; i > 0; --i) {
      const double above = i + 1 < threshold_ ? ratios[i + 1] : last_ratio;
      ratios[i] = load_ / (load_ + 1 + rate_ - above);
    }
    expects_one_.assign(1, a * u / rate_);
    while (expects_one_.size() <= threshold_ + 1 || expects_one_.back() > kNegligible) {
      const std::size_t i = expects_one_.size();
      expects_one_.push_back(expects_one_.back() * (i < threshold_ ? ratios[i] : last_ratio));
    }
  }

  // The flow into "at least i" balances that out of it: load s_(i-1) + rate (w_(i-1) + w_i + ...)
  // is (1 + a) s_i from the threshold on, and s_i + a s_T below it.
  void solve_expecting_none(double a) {
    std::vector<double> expecting(expects_one_.size() + 1, 0);  // w_i + w_(i+1) + ...
    for (std::size_t i = expects_one_.size(); i-- > 0;) {
      expecting[i] = expecting[i + 1] + expects_one_[i];
    }
    const auto inflow = [&](std::size_t i) {
      return rate_ * (i - 1 < expecting.size() ? expecting[i - 1] : 0);
    };
    // s_i = constant - slope s_T below the threshold, which then gives s_T.
    std::vector<double> constants = {1 - expects_one_[0]};
    std::vector<double> slopes = {0};
    for (std::size_t i = 1; i < threshold_; ++i) {
      constants.push_back(load_ * constants.back() + inflow(i));
      slopes.push_back(load_ * slopes.back() + a);
    }
    const double at_threshold =
        (load_ * constants.back() + inflow(threshold_)) / (1 + a + load_ * slopes.back());
    expects_none_.clear();
    for (std::size_t i = 0; i < threshold_; ++i) {
      expects_none_.push_back(constants[i] - slopes[i] * at_threshold);
    }
    expects_none_.push_back(at_threshold);
    while (expects_none_.size() < expects_one_.size() || expects_none_.back() > kNegligible) {
      const std::size_t i = expects_none_.size();
      expects_none_.push_back((load_ * expects_none_.back() + inflow(i)) / (1 + a));
    }
    expects_one_.resize(expects_none_.size(), 0);
  }

  void solve(double a, double u) {
    solve_expecting_one(a, u);
    solve_expecting_none(a);
  }

  double load_;
  double rate_;
  std::size_t threshold_;
  double stolen_ = 0;
  std::vector<double> expects_none_;
  std::vector<double> expects_one_;
};

}  // namespace

StealingLimit stealing_limit(double load, const StealingRule& rule) {
  require_load(load);
  require_at_least(2, static_cast<double>(rule.threshold), "the threshold");
  require_at_least(1, static_cast<double>(rule.victims), "the number of victims asked");
  require_at_least(0, rule.retry_rate, "the rate of attempts while idle");
  require_at_least(0, rule.journey, "the journey of a stolen task");
  if (rule.journey == 0) return InstantStealing(load, rule).limit();
  if (rule.victims != 1 || rule.retry_rate != 0 || !rule.when_emptied) {
    throw std::invalid_argument(
        "stolen tasks that travel are known for one attempt at one victim when a worker empties, "
        "and for nothing else");
  }
  return TravellingStealing(load, rule).limit();
}

double pull_sojourn_mean(double load, double probes) {
  require_load(load);
  require_at_least(0, probes, "the number of probes");
  return (1 + probes) / (1 - load + probes);
}

double push_sojourn_mean(double load, double probes) {
  require_load(load);
  require_at_least(0, probes, "the number of probes");
  if (probes >= load * load / (1 - load)) {
    throw std::invalid_argument(
        "with so many probes no task waits: pushing has a formula below load^2 / (1 - load) only");
  }
  return load / ((1 - load) * (load + probes));
}

double push_beats_pull_above(double load) {
  require_load(load);
  return (load * load + load - 1) / (1 - load);
}

double shortest_of_sojourn_mean(double load, std::uint64_t choices) {
  require_load(load);
  require_at_least(1, static_cast<double>(choices), "the number of choices");
  if (choices == 1) return 1 / (1 - load);
  // The exponents 0, d, d + d^2, ...: each is d times one more than the one before.
  double exponent = 0;
  double term = 1;
  double sum = 0;
  while (term > kNegligible) {
    sum += term;
    exponent = (exponent + 1) * static_cast<double>(choices);
    term = std::pow(load, exponent);
  }
  return sum;
}

}  // namespace loopsteal::theory
