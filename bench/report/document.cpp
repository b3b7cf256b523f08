#include "bench/report/document.hpp"

#include "bench/report/peer_verdicts.hpp"
#include "bench/report/verdicts.hpp"
#include "sched/catalog.hpp"

namespace loopsteal {
namespace {

constexpr std::string_view kDocumentSchema = "loopsteal.report/1";

std::string_view word_of(ReportSource::Kind kind) {
  switch (kind) {
    case ReportSource::Kind::results:
      return "results";
    case ReportSource::Kind::peers:
      return "peers";
    case ReportSource::Kind::checks:
      return "checks";
  }
  return "results";
}

Json to_json(const ReportSource& source) {
  const bool checks = source.kind == ReportSource::Kind::checks;
  return {{"file", source.file},
          {"kind", word_of(source.kind)},
          {"clock", source.is_virtual() ? "virtual" : "real"},
          {"context", source.context},
          {"flaw", source.flaw},
          {"rows", checks ? Json::array() : Json(source.raw)},
          {"checks", checks ? Json(source.raw) : Json::array()}};
}

}  // namespace

Json to_json(const ReportContent& content) {
  Json json = {
      {"schema", kDocumentSchema},  {"program", content.program},  {"command", content.command},
      {"written", content.written}, {"schedulers", Json::array()}, {"sources", Json::array()},
      {"verdicts", Json::array()},  {"peers", Json::array()},      {"timelines", Json::array()}};
  for (const SchedulerInfo& info : schedulers()) json["schedulers"].push_back(info.name);
  for (std::size_t i = 0; i < content.sources.size(); ++i) {
    const ReportSource& source = content.sources[i];
    json["sources"].push_back(to_json(source));
    for (const VerdictGroup& group : verdicts_of(source.rows))
      json["verdicts"].push_back(to_json(group, i));
    for (const PeerVerdict& verdict : peer_verdicts_of(source.peers))
      json["peers"].push_back(to_json(verdict, i));
  }
  for (const Timeline& timeline : content.timelines) json["timelines"].push_back(to_json(timeline));
  return json;
}

}  // namespace loopsteal
