// Which statement is made of which model, and which is left out.
#include "bench/theory/predict.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace loopsteal::theory {
namespace {

void expect_quantiles(const Prediction& prediction, double p50, double p99, double error) {
  ASSERT_TRUE(prediction.sojourn_p50 && prediction.sojourn_p99) << prediction.name;
  EXPECT_NEAR(*prediction.sojourn_p50, p50, error * p50);
  EXPECT_NEAR(*prediction.sojourn_p99, p99, error * p99);
}

void expect_no_quantiles(const Prediction& prediction) {
  EXPECT_FALSE(prediction.sojourn_p50) << prediction.name;
  EXPECT_FALSE(prediction.sojourn_p99) << prediction.name;
}

Prediction known(const Model& model) {
  const std::optional<Prediction> prediction = predict(model);
  EXPECT_TRUE(prediction);
  return prediction.value_or(Prediction{});
}

TEST(Predict, OneLoopIsASingleServer) {
  const Prediction exponential = known({.load = 0.8});
  EXPECT_EQ(exponential.name, "M/M/1 FIFO");
  EXPECT_TRUE(exponential.exact);
  EXPECT_NEAR(*exponential.wait_mean, 4, 1e-12);
  EXPECT_NEAR(*exponential.sojourn_mean, 5, 1e-12);
  EXPECT_NEAR(*exponential.probability_of_wait, 0.8, 1e-12);
  expect_quantiles(exponential, 3.465736, 23.02585, 1e-6);

  const Prediction bimodal = known({.load = 0.8, .service = Service::bimodal_1()});
  EXPECT_EQ(bimodal.name, "M/G/1 FIFO");
  EXPECT_NEAR(*bimodal.wait_mean, 6.5, 1e-12);
  expect_quantiles(bimodal, 5.44918, 36.89625, 1e-5);
  const Prediction regular = known({.load = 0.8, .service = Service::deterministic()});
  EXPECT_EQ(regular.name, "M/D/1 FIFO");
  expect_quantiles(regular, 2.27594, 11.35589, 1e-5);
}

TEST(Predict, LoopsDealtToByChanceAreAsGoodAsOne) {
  const Prediction one = known({.load = 0.9});
  const Prediction many = known({.workers = 10'000, .load = 0.9});
  EXPECT_EQ(many.name, one.name);
  EXPECT_EQ(many.sojourn_p99, one.sojourn_p99);
}

TEST(Predict, AnotherOrderKeepsTheMeanAndNotTheQuantiles) {
  const Prediction random = known({.load = 0.8, .order = Order::random});
  EXPECT_EQ(random.name, "M/M/1 random order");
  EXPECT_NEAR(*random.wait_mean, 4, 1e-12);
  expect_no_quantiles(random);
  const Prediction lifo = known({.load = 0.8, .order = Order::lifo});
  EXPECT_NEAR(*lifo.wait_mean, 4, 1e-12);
  ASSERT_TRUE(lifo.sojourn_p99);
  EXPECT_GT(*lifo.sojourn_p99, 61.976219);  // p99 of the wait alone.
  expect_no_quantiles(
      known({.load = 0.8, .service = Service::deterministic(), .order = Order::lifo}));
}

TEST(Predict, WithoutAVarianceThereIsNoMean) {
  const Prediction prediction = known({.load = 0.5, .service = Service::pareto(1.9)});
  EXPECT_FALSE(prediction.wait_mean);
  EXPECT_FALSE(prediction.sojourn_mean);
  EXPECT_TRUE(prediction.sojourn_p99);
  EXPECT_FALSE(prediction.note.empty());
}

TEST(Predict, ALoopThatPaysForIterationsIsGated) {
  const Prediction gated = known({.workers = 4, .load = 0.8, .iteration_cost = 0.5});
  EXPECT_EQ(gated.name, "gated M/M/1");
  EXPECT_TRUE(gated.exact);
  EXPECT_NEAR(*gated.wait_mean, 6.661451, 5.1e-7);
  expect_no_quantiles(gated);
  EXPECT_FALSE(predict({.load = 0.8, .order = Order::lifo, .iteration_cost = 0.5}));
  EXPECT_FALSE(predict(
      {.workers = 4, .load = 0.8, .iteration_cost = 0.5, .placement = Placement::round_robin}));
  EXPECT_FALSE(
      predict({.pool = Pool::work_conserving, .workers = 4, .load = 0.8, .iteration_cost = 0.5}));
}

TEST(Predict, LoopsThatTakeTurns) {
  Model model{.workers = 2, .load = 0.9, .placement = Placement::round_robin};
  const Prediction exponential = known(model);
  EXPECT_EQ(exponential.name, "E2/M/1 FIFO");
  EXPECT_TRUE(exponential.exact);
  EXPECT_LT(*exponential.sojourn_mean, 10);
  EXPECT_NEAR(*exponential.sojourn_p99 / *exponential.sojourn_mean, 4.6051702, 1e-6);

  // Equal services in turn are one queue for all of them.
  model.service = Service::deterministic();
  const Prediction regular = known(model);
  EXPECT_NEAR(*regular.wait_mean, 2.14692321, 5.1e-9);
  expect_quantiles(regular, 2.39895, 11.84033, 1e-5);

  model.service = Service::lognormal(1);
  EXPECT_FALSE(known(model).exact);
  EXPECT_NEAR(*known(model).wait_mean, 9 * (1 + 0.5) / 2, 1e-9);
  model.service = Service::bimodal_2();
  EXPECT_FALSE(predict(model));
}

TEST(Predict, ThePlacementByLengthIsALimit) {
  Model model{.workers = 100, .load = 0.9, .placement = Placement::shortest_of};
  const Prediction two = known(model);
  EXPECT_EQ(two.name, "JSQ(2)");
  EXPECT_FALSE(two.exact);
  EXPECT_NEAR(*two.sojourn_mean, 2.614057, 5.1e-7);
  model.service = Service::deterministic();
  EXPECT_FALSE(predict(model));
  model.choices = 1;
  EXPECT_EQ(known(model).name, "M/D/1 FIFO");
  model.placement = Placement::other;
  EXPECT_FALSE(predict(model));
  model.workers = 1;
  EXPECT_EQ(known(model).name, "M/D/1 FIFO");
}

TEST(Predict, AWorkConservingPoolHasOneMeanInEveryOrder) {
  for (const Order order : {Order::fifo, Order::lifo, Order::random}) {
    const Model model{.pool = Pool::work_conserving, .workers = 16, .load = 0.9, .order = order};
    const Prediction pool = known(model);
    EXPECT_EQ(pool.name, "M/M/16");
    EXPECT_TRUE(pool.exact);
    EXPECT_NEAR(*pool.sojourn_mean, 1.3695896, 5.1e-8);
    EXPECT_NEAR(*pool.probability_of_wait, 0.59134339, 5.1e-9);
    if (order == Order::fifo) {
      expect_quantiles(pool, 1.0780098, 5.2698346, 1e-7);
    } else {
      expect_no_quantiles(pool);
    }
  }
}

TEST(Predict, AWorkConservingPoolOfOtherServices) {
  Model model{.pool = Pool::work_conserving,
              .workers = 16,
              .load = 0.9,
              .service = Service::deterministic()};
  EXPECT_EQ(known(model).name, "M/D/16");
  EXPECT_NEAR(*known(model).wait_mean, 0.19246703, 5.1e-9);
  EXPECT_NEAR(*known(model).sojourn_p99, 2.26387, 5.1e-6);

  model.service = Service::bimodal_1();
  const Prediction approximated = known(model);
  EXPECT_FALSE(approximated.exact);
  EXPECT_NEAR(*approximated.wait_mean, 0.6006, 5.1e-5);
  EXPECT_FALSE(approximated.probability_of_wait);
  expect_no_quantiles(approximated);
  model.service = Service::bimodal_2();
  EXPECT_FALSE(predict(model));

  model.workers = 1;
  EXPECT_EQ(known(model).name, "M/G/1 FIFO");
}

TEST(Predict, StealingIsALimit) {
  Model model{.pool = Pool::stealing, .workers = 4'096, .load = 0.9};
  const Prediction simple = known(model);
  EXPECT_FALSE(simple.exact);
  EXPECT_NEAR(*simple.sojourn_mean, 3.541381, 5.1e-7);
  EXPECT_NEAR(*simple.wait_mean, 2.541381, 5.1e-7);
  expect_no_quantiles(simple);
  model.stealing = {.threshold = 4, .journey = 4};
  EXPECT_NEAR(*known(model).sojourn_mean, 7.01471, 5.1e-6);
  model.stealing.victims = 2;
  EXPECT_FALSE(predict(model));
  model.stealing = {};
  model.service = Service::deterministic();
  EXPECT_FALSE(predict(model));
}

TEST(Predict, RefusesWhatCannotBeRun) {
  EXPECT_THROW(predict({.load = 1}), std::invalid_argument);
  EXPECT_THROW(predict({.workers = 0, .load = 0.5}), std::invalid_argument);
  EXPECT_THROW(predict({.load = 0.5, .iteration_cost = -1}), std::invalid_argument);
  EXPECT_THROW(predict({.workers = 4, .load = 1.2, .placement = Placement::other}),
               std::invalid_argument);
}

}  // namespace
}  // namespace loopsteal::theory
