#include "bench/measure/row_writer.hpp"

#include <string>

#include "bench/measure/row_json.hpp"

namespace loopsteal {
namespace {

class JsonWriter final : public RowWriter {
 public:
  explicit JsonWriter(Output& output) : output_(output) {}

  void begin(const Json& context) override {
    output_.write("{\n\"context\": " + to_line(context) + ",\n\"benchmarks\": [");
  }
  void row(const Row& row) override {
    output_.write((first_ ? "\n" : ",\n") + to_line(to_json(row)));
    first_ = false;
  }
  void end() override { output_.write("\n]\n}\n"); }

 private:
  Output& output_;
  bool first_ = true;
};

class JsonLinesWriter final : public RowWriter {
 public:
  explicit JsonLinesWriter(Output& output) : output_(output) {}

  void begin(const Json& context) override {
    output_.write(to_line(Json{{"context", context}}) + "\n");
  }
  void row(const Row& row) override { output_.write(to_line(to_json(row)) + "\n"); }
  void end() override {}

 private:
  Output& output_;
};

std::string csv_cell(const Json& value) {
  if (!value.is_string()) return to_line(value);
  const std::string text = value.get<std::string>();
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"') quoted.push_back('"');
    quoted.push_back(letter);
  }
  return quoted + "\"";
}

class CsvWriter final : public RowWriter {
 public:
  explicit CsvWriter(Output& output) : output_(output) {}

  void begin(const Json&) override {
    std::string line;
    for (const std::string& name : columns()) line += (line.empty() ? "" : ",") + name;
    output_.write(line + "\n");
  }
  void row(const Row& row) override {
    const Json json = to_json(row);
    std::string line;
    for (const std::string& name : columns()) {
      if (!line.empty()) line.push_back(',');
      const auto field = json.find(name);
      if (field != json.end()) line += csv_cell(*field);
    }
    output_.write(line + "\n");
  }
  void end() override {}

 private:
  // The first column is the name, which every row has: so an empty line means "nothing yet".
  static const std::vector<std::string>& columns() { return scalar_fields(); }

  Output& output_;
};

}  // namespace

std::unique_ptr<RowWriter> make_json_writer(Output& output) {
  return std::make_unique<JsonWriter>(output);
}

std::unique_ptr<RowWriter> make_jsonl_writer(Output& output) {
  return std::make_unique<JsonLinesWriter>(output);
}

std::unique_ptr<RowWriter> make_csv_writer(Output& output) {
  return std::make_unique<CsvWriter>(output);
}

}  // namespace loopsteal
