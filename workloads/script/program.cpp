#include "workloads/script/program.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

#include <nlohmann/json.hpp>

#include "workloads/script/forms.hpp"
#include "workloads/script/names.hpp"
#include "workloads/support/json_depth.hpp"
#include "workloads/support/text_file.hpp"

namespace loopsteal::script {
namespace {

using Json = nlohmann::json;

// Far from the end of time, for any tick.
constexpr std::int64_t kMostTicks = 1'000'000'000'000;

std::string in_quotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

template <class Range>
std::string nearest(std::string_view word, const Range& rows) {
  std::vector<std::string_view> names;
  for (const auto& row : rows) names.push_back(std::get<0>(row));
  return did_you_mean(word, names);
}

using enum Operand;

// A JSON pointer (RFC 6901) that follows the reader's place.
std::string below(const std::string& place, std::string_view key) {
  std::string result = place + "/";
  for (const char letter : key) {
    if (letter == '~') {
      result += "~0";
    } else if (letter == '/') {
      result += "~1";
    } else {
      result += letter;
    }
  }
  return result;
}
std::string below(const std::string& place, std::size_t index) {
  return place + "/" + std::to_string(index);
}

// Reads one program: keeps its name, for errors, and the names in it.
class Reader {
 public:
  explicit Reader(const std::string& source) : source_(source) {}

  Program read(std::string_view text) {
    const Json file = parse(text);
    check_frame(file);
    read_amounts(file, "queues", queues_, program_.queues, false);
    read_amounts(file, "semaphores", semaphores_, program_.semaphores, true);
    for (const auto& [name, ops] : file["tasks"].items()) tasks_.number_of(name);
    for (const auto& [name, ops] : file["tasks"].items()) {
      program_.tasks.push_back({name, read_ops(ops, below("/tasks", name))});
    }
    program_.main = task_of(file["main"], "/main");
    check_uses();
    program_.queues.resize(queues_.size(), 0);  // Undeclared queues are unbounded.
    program_.handles = handles_.take();
    program_.timers = timers_.take();
    program_.events = events_.take();
    program_.locks = locks_.take();
    program_.futures = futures_.take();
    return std::move(program_);
  }

 private:
  [[noreturn]] void refuse(const std::string& place, const std::string& sentence) const {
    throw ProgramError(source_ + ": " + (place.empty() ? "" : place + ": ") + sentence, place);
  }

  Json parse(std::string_view text) const {
    if (const std::string deep = too_deep(text); !deep.empty()) refuse("", deep);
    try {
      return Json::parse(text);
    } catch (const Json::exception& error) {
      std::string_view what = error.what();
      if (const std::size_t bracket = what.find("] "); bracket != std::string_view::npos)
        what.remove_prefix(bracket + 2);
      refuse("", "this is not JSON: " + std::string(what) + ".");
    }
  }

  void check_frame(const Json& file) const {
    constexpr std::array<std::string_view, 6> kKeys = {"version", "main",       "tasks",
                                                       "queues",  "semaphores", "comment"};
    if (!file.is_object()) refuse("", "a program is an object as in {\"version\": 1, ...}.");
    for (const auto& [key, value] : file.items()) {
      if (std::ranges::find(kKeys, key) == kKeys.end())
        refuse(below("", key),
               "a program has no " + in_quotes(key) + "." + did_you_mean(key, kKeys));
    }
    if (!file.contains("version") || file["version"] != 1)
      refuse("/version", "the version of the language has to be 1.");
    if (!file.contains("tasks") || !file["tasks"].is_object() || file["tasks"].empty())
      refuse("/tasks", "an object of tasks is missing, as in {\"main\": [[\"log\", \"hello\"]]}.");
    if (!file.contains("main")) refuse("/main", "the name of the task to begin with is missing.");
  }

  // Reads capacities of queues and initial permits of semaphores.
  void read_amounts(const Json& file, const std::string& key, Names& names,
                    std::vector<std::uint64_t>& amounts, bool permits) const {
    const auto object = file.find(key);
    if (object == file.end()) return;
    const std::string place = below("", key);
    if (!object->is_object()) refuse(place, "this has to be an object of names and numbers.");
    for (const auto& [name, amount] : object->items()) {
      const std::int64_t number = integer_of(amount, below(place, name));
      if (permits && number < 0)
        refuse(below(place, name), "a semaphore cannot begin with fewer than 0 permits.");
      names.number_of(name);
      amounts.push_back(number <= 0 ? 0 : static_cast<std::uint64_t>(number));
    }
  }

  Ops read_ops(const Json& list, const std::string& place) {
    if (!list.is_array()) refuse(place, "a list of operations is an array of arrays.");
    Ops result;
    for (std::size_t i = 0; i < list.size(); ++i)
      result.push_back(read_op(list[i], below(place, i)));
    return result;
  }

  Op read_op(const Json& json, const std::string& place) {
    if (!json.is_array() || json.empty() || !json[0].is_string())
      refuse(place, "an operation is an array that begins with its name.");
    const auto& name = json[0].get_ref<const std::string&>();
    const auto form = std::ranges::find(kForms, name, &Form::name);
    if (form == std::end(kForms)) {
      std::vector<std::string_view> names;
      for (const Form& known : kForms) names.push_back(known.name);
      refuse(place, "there is no operation " + in_quotes(name) + "." + did_you_mean(name, names));
    }
    const auto arity =
        static_cast<std::size_t>(std::ranges::find(form->operands, none) - form->operands.begin());
    if (json.size() != arity + 1)
      refuse(place, in_quotes(name) + " takes " + std::to_string(arity) + " operands, not " +
                        std::to_string(json.size() - 1) + ".");
    Op op;
    op.code = form->code;
    op.place = place;
    for (std::size_t i = 0; i < arity; ++i) read_operand(op, form->operands[i], json[i + 1], i + 1);
    return op;
  }

  // An error in an operand names its operation.
  void read_operand(Op& op, Operand kind, const Json& json, std::size_t index) {
    const std::string& place = op.place;
    switch (kind) {
      case none:
        return;
      case text:
        op.text = text_of(json, place);
        return;
      case value:
        op.text = value_of(json, place);
        return;
      case ticks:
        op.number = integer_of(json, place);
        return;
      case length:
        op.number = amount_of(json, place, "a time to compute");
        return;
      case count:
        op.number = amount_of(json, place, "how often");
        return;
      case task:
        op.tasks = {task_of(json, place)};
        return;
      case tasks:
        op.tasks = tasks_of(json, place);
        return;
      case new_handle:
        made_.insert(op.name = handles_.number_of(text_of(json, place)));
        return;
      case handle:
        op.name = used(handles_, json, place, handle_uses_);
        return;
      case new_timer:
        made_timers_.insert(op.name = timers_.number_of(text_of(json, place)));
        return;
      case timer:
        op.name = used(timers_, json, place, timer_uses_);
        return;
      case event:
        op.name = events_.number_of(text_of(json, place));
        return;
      case lock:
        op.name = locks_.number_of(text_of(json, place));
        return;
      case queue:
        op.name = queues_.number_of(text_of(json, place));
        return;
      case future:
        op.name = futures_.number_of(text_of(json, place));
        return;
      case semaphore:
        op.name = semaphore_of(json, place);
        return;
      case catches:
        op.catches = catches_of(json, place);
        return;
      case ops:
        list_of(op, index) = read_ops(json, below(place, index));
        return;
    }
  }

  // A try has three lists, around its kind; other operations have one.
  static Ops& list_of(Op& op, std::size_t index) noexcept {
    if (op.code != OpCode::try_ || index == 1) return op.body;
    return index == 3 ? op.handler : op.finally;
  }

  std::string text_of(const Json& json, const std::string& place) const {
    if (!json.is_string()) refuse(place, "this has to be a text, not " + json.dump() + ".");
    return json.get<std::string>();
  }

  std::string value_of(const Json& json, const std::string& place) const {
    if (json.is_string()) return json.get<std::string>();
    return std::to_string(integer_of(json, place));
  }

  std::int64_t integer_of(const Json& json, const std::string& place) const {
    if (!json.is_number_integer())
      refuse(place, "this has to be an integer, not " + json.dump() + ".");
    const bool huge = json.is_number_unsigned() &&
                      json.get<std::uint64_t>() > static_cast<std::uint64_t>(kMostTicks);
    const std::int64_t number = huge ? 0 : json.get<std::int64_t>();
    if (huge || number > kMostTicks || number < -kMostTicks)
      refuse(place, json.dump() + " is too much: numbers go up to 10^12 either way.");
    return number;
  }

  std::int64_t amount_of(const Json& json, const std::string& place, const char* what) const {
    const std::int64_t number = integer_of(json, place);
    if (number < 0) refuse(place, std::string(what) + " cannot be negative.");
    return number;
  }

  NameId task_of(const Json& json, const std::string& place) const {
    const std::string name = text_of(json, place);
    if (const std::optional<NameId> number = tasks_.find(name)) return *number;
    refuse(place, "there is no task " + in_quotes(name) + "." + tasks_.hint(name));
  }

  std::vector<NameId> tasks_of(const Json& json, const std::string& place) const {
    if (!json.is_array()) refuse(place, "this has to be an array of names of tasks.");
    std::vector<NameId> result;
    for (const Json& name : json) result.push_back(task_of(name, place));
    return result;
  }

  NameId semaphore_of(const Json& json, const std::string& place) const {
    const std::string name = text_of(json, place);
    if (const std::optional<NameId> number = semaphores_.find(name)) return *number;
    refuse(place, "there is no semaphore " + in_quotes(name) +
                      "; name it in \"semaphores\" with its permits." + semaphores_.hint(name));
  }

  Catches catches_of(const Json& json, const std::string& place) const {
    const std::string name = text_of(json, place);
    for (const auto& [word, catches] : kCatches)
      if (word == name) return catches;
    refuse(place, "a try catches error, timeout, cancelled or any, not " + in_quotes(name) + "." +
                      nearest(name, kCatches));
  }

  // A use of a name that another operation, perhaps later in the text, has to make.
  struct Use {
    NameId number;
    std::string name;
    std::string place;
  };
  NameId used(Names& names, const Json& json, const std::string& place, std::vector<Use>& uses) {
    const std::string name = text_of(json, place);
    const NameId number = names.number_of(name);
    uses.push_back({number, name, place});
    return number;
  }

  void check_uses() const {
    for (const Use& use : handle_uses_)
      if (!made_.contains(use.number))
        refuse(use.place, "no \"spawn\" makes the handle " + in_quotes(use.name) + ".");
    for (const Use& use : timer_uses_)
      if (!made_timers_.contains(use.number))
        refuse(use.place,
               "no \"call_later\" or \"call_at\" makes the timer " + in_quotes(use.name) + ".");
  }

  struct NumberSet {
    std::vector<bool> has;
    void insert(NameId number) {
      if (has.size() <= number) has.resize(number + 1);
      has[number] = true;
    }
    [[nodiscard]] bool contains(NameId number) const { return number < has.size() && has[number]; }
  };

  const std::string& source_;
  Program program_;
  Names tasks_, handles_, timers_, events_, locks_, futures_, queues_, semaphores_;
  NumberSet made_, made_timers_;
  std::vector<Use> handle_uses_, timer_uses_;
};

bool stop_in(const Ops& ops) noexcept {
  return std::ranges::any_of(ops, [](const Op& op) {
    return op.code == OpCode::stop || stop_in(op.body) || stop_in(op.handler) ||
           stop_in(op.finally);
  });
}

}  // namespace

bool stops(const Program& program) noexcept {
  return std::ranges::any_of(program.tasks,
                             [](const ScriptTask& task) { return stop_in(task.ops); });
}

Program parse_program(std::string_view text, const std::string& source) {
  return Reader(source).read(text);
}

Program read_program_file(const std::string& path) {
  const TextFile file = read_text_file(path);
  if (!file.error.empty())
    throw SpecError("The program \"" + path + "\" cannot be read: " + file.error + ".");
  return parse_program(file.text, path);
}

}  // namespace loopsteal::script
