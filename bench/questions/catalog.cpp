#include "bench/questions/catalog.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string>

#include "bench/questions/entries.hpp"

namespace loopsteal::questions {
namespace {

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char letter) { return std::tolower(letter); });
  return result;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char letter : lower_case(text)) {
    const bool part = std::isalnum(static_cast<unsigned char>(letter)) != 0;
    if (part) words.back().push_back(letter);
    if (!part && !words.back().empty()) words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// The number in "Q3", "q03".
std::optional<int> number_of(std::string_view word) {
  if (word.size() < 2 || std::tolower(static_cast<unsigned char>(word.front())) != 'q') return {};
  int number = 0;
  const char* const end = word.data() + word.size();
  const auto [rest, error] = std::from_chars(word.data() + 1, end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

// A word matches all words that begin with it: "steal" matches "stealing".
bool has_all(const Question& question, const std::vector<std::string>& wanted) {
  const std::vector<std::string> there =
      words_of(std::string(question.title) + " " + std::string(question.keywords));
  return std::ranges::all_of(wanted, [&](const std::string& word) {
    return std::ranges::any_of(there,
                               [&](const std::string& one) { return one.starts_with(word); });
  });
}

}  // namespace

std::span<const Question> questions() {
  static const std::vector<Question> all = entries();
  return all;
}

std::vector<const Question*> find_questions(std::string_view words) {
  std::vector<const Question*> found;
  const std::optional<int> number = number_of(words);
  const std::vector<std::string> wanted = words_of(words);
  for (const Question& question : questions()) {
    const bool meant =
        number ? number_of(question.id) == number : !wanted.empty() && has_all(question, wanted);
    if (meant) found.push_back(&question);
  }
  return found;
}

}  // namespace loopsteal::questions
