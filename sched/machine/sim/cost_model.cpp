#include "sched/machine/sim/cost_model.hpp"

#include <vector>

namespace loopsteal {
namespace {

template <Op kOp>
Duration& op_cost(CostModel& costs) noexcept {
  return costs.ops[static_cast<std::size_t>(kOp)];
}

template <Duration CostModel::*kMember>
Duration& member_cost(CostModel& costs) noexcept {
  return costs.*kMember;
}

constexpr CostEntry kEntries[] = {
    {"run", "Resuming a job and coming back from it.", member_cost<&CostModel::run>, Charge::run},
    {"moved", "Running a job that another worker made ready, on top: its data is over there.",
     member_cost<&CostModel::moved>, Charge::moved},
    {"spawn", "Creating a task and ending it.", member_cost<&CostModel::spawn>, Charge::spawn},
    {"lock", "Taking a free lock and giving it back.", member_cost<&CostModel::lock>, Charge::lock},
    {"wake_up", "From when another wakes a parked worker to its next step.",
     member_cost<&CostModel::wake_up>, Charge::wake_up},
    {"nap", "Reduction of both wake-ups after a sleep of less than 20us.",
     member_cost<&CostModel::nap>, Charge::nap},
    {"timer_wake_up", "From a deadline or finished I/O to the parked worker's next step.",
     member_cost<&CostModel::timer_wake_up>, Charge::timer_wake_up},
    {"client_late", "By how much a client, asleep until then, sends a request too late.",
     member_cost<&CostModel::client_late>, Charge::client_late},
    {"client", "What a client's turn takes of a worker's CPU where all of them are busy.",
     member_cost<&CostModel::client>, Charge::client},
    {"push_local", "A job into the worker's own queue.", op_cost<Op::push_local>, Op::push_local},
    {"push_remote", "A job into the injector, an inbox or the shared queue.",
     op_cost<Op::push_remote>, Op::push_remote},
    {"pop_local", "A job out of the worker's own queue.", op_cost<Op::pop_local>, Op::pop_local},
    {"pop_remote", "A job out of the injector, an inbox or the shared queue.",
     op_cost<Op::pop_remote>, Op::pop_remote},
    {"lifo_poll", "A job out of the LIFO slot.", op_cost<Op::lifo_poll>, Op::lifo_poll},
    {"overflow", "Moving half of a full run queue to the injector.", op_cost<Op::overflow>,
     Op::overflow},
    {"steal_attempt", "A look into a victim's queue.", op_cost<Op::steal_attempt>,
     Op::steal_attempt},
    {"steal_operation", "One that brings jobs, on top of the look.", op_cost<Op::steal_operation>,
     Op::steal_operation},
    {"stolen_job", "Each job so brought.", op_cost<Op::stolen_job>, Op::stolen_job},
    {"search", "Becoming a searcher.", op_cost<Op::search>, Op::search},
    {"park", "Going to sleep.", op_cost<Op::park>, Op::park},
    {"unpark", "Waking another worker, for the one that wakes.", op_cost<Op::unpark>, Op::unpark},
    {"timer_insert", "Arming a timer.", op_cost<Op::timer_insert>, Op::timer_insert},
    {"timer_cancel", "Cancelling a timer.", op_cost<Op::timer_cancel>, Op::timer_cancel},
    {"timer_fire", "Taking a due timer.", op_cost<Op::timer_fire>, Op::timer_fire},
    {"poll", "A look at the descriptors that does not wait.", op_cost<Op::poll>, Op::poll},
    {"iteration", "An event loop's iteration that runs something.", op_cost<Op::iteration>,
     Op::iteration},
};

}  // namespace

std::span<const CostEntry> cost_entries() noexcept { return kEntries; }

CostModel unknown_costs() noexcept {
  CostModel model;
  for (const CostEntry& entry : kEntries) model.unknown.add(entry.id);
  return model;
}

std::string names_of(Charges charges) {
  std::vector<std::string_view> names;
  for (const CostEntry& entry : kEntries)
    if (charges.contains(entry.id)) names.push_back(entry.name);
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i != 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

UnknownCosts::UnknownCosts(Charges charges)
    : UnknownCosts(charges, "The run is billed for " + names_of(charges) +
                                ", and the cost model does not have " + names_of(charges) + ".") {}

}  // namespace loopsteal
