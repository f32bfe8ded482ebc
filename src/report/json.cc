#include "report/json.h"

#include <span>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace inquest::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchema = 1;

Json list(const auto& from, const auto& convert) {
  Json out = Json::array();
  for (const auto& each : from) out.push_back(convert(each));
  return out;
}

Json text_or_null(std::string_view text) { return text.empty() ? Json() : Json(printable(text)); }

Json time_or_null(const std::optional<Instant>& time) { return time ? Json(format_utc(*time)) : Json(); }

Json window(const Interval& interval) {
  return {{"after", time_or_null(interval.after)}, {"before", time_or_null(interval.before)}};
}

// A command keeps its lines.
std::string command_text(std::string_view command) {
  std::string out;
  for (const std::string_view line : lines(command)) {
    if (!out.empty()) out += '\n';
    out += printable(line);
  }
  return out;
}

class Writer {
 public:
  explicit Writer(const model::Case& the_case) : case_(the_case) {}

  Json inquiry(const model::Inquiry& inquiry) const {
    Json out;
    out["schema"] = kSchema;
    out["evidence"] = list(case_.evidence, [this](const auto& piece) { return evidence(piece); });
    out["hosts"] = list(inquiry.hosts, [this](const auto& each) { return host(each); });
    out["incidents"] = list(inquiry.incidents, [this](const auto& each) { return incident(each); });
    out["coverage"] = list(inquiry.coverage, [this](const auto& each) { return coverage(each); });
    out["findings"] = list(inquiry.findings, [this](const auto& each) { return finding(each); });
    out["facts"] = list(case_.facts, [this](const auto& each) { return fact(each); });
    out["assumptions"] = statements(inquiry.assumptions);
    out["notes"] = statements(inquiry.notes);
    return out;
  }

 private:
  std::string cite(const model::Citation& citation) const { return printable(case_.cite_text(citation)); }
  Json cites(const std::vector<model::Citation>& citations) const {
    return list(citations, [this](const auto& each) { return Json(cite(each)); });
  }
  Json statements(const std::vector<model::Statement>& from) const {
    return list(from, [this](const model::Statement& each) {
      return Json{{"text", printable(each.text)}, {"cite", cites(each.cites)}};
    });
  }

  Json evidence(const model::Evidence& piece) const {
    Json out;
    out["path"] = printable(piece.path);
    out["kind"] = printable(piece.kind);
    out["sha256"] = text_or_null(piece.sha256);
    out["bytes"] = piece.bytes;
    out["lines"] = piece.lines;
    out["modified"] = piece.modified == 0 ? Json() : Json(format_utc({piece.modified, Precision::Second}));
    out["status"] = to_string(piece.status);
    out["diagnostics"] = list(piece.diagnostics, [](const model::Diagnostic& each) {
      return Json{{"text", printable(each.message)},
                  {"line", each.line == 0 ? Json() : Json(each.line)},
                  {"offset", each.offset},
                  {"count", each.count}};
    });
    return out;
  }

  Json host(const model::Host& host) const {
    return {{"name", printable(host.name)},
            {"boots", list(host.boots, [this](const auto& each) { return boot(each); })}};
  }

  Json boot(const model::Boot& boot) const {
    Json out;
    out["id"] = text_or_null(boot.id);
    out["start"] = window(boot.start);
    out["last"] = window(boot.last);
    out["end"] = to_string(boot.end);
    out["end_text"] = printable(boot.end_text);
    out["kernel"] = text_or_null(boot.kernel);
    out["command_line"] = text_or_null(boot.command_line);
    out["cite"] = cites(boot.cites);
    out["end_cite"] = cites(boot.end_cites);
    return out;
  }

  Json coverage(const model::Coverage& coverage) const {
    return {{"host", text_or_null(case_.str(coverage.host))}, {"source", printable(coverage.source)},
            {"watch", model::describe(coverage.watch)},       {"after", time_or_null(coverage.span.after)},
            {"before", time_or_null(coverage.span.before)},   {"cite", cites(coverage.cites)}};
  }

  Json fact(const model::Fact& fact) const {
    return {{"host", text_or_null(case_.str(fact.host))},
            {"key", printable(fact.key)},
            {"value", printable(fact.value)},
            {"cite", cite(fact.cite)}};
  }

  Json finding(const model::Finding& finding) const {
    return {{"id", printable(finding.id)},
            {"host", text_or_null(finding.host)},
            {"text", printable(finding.text)},
            {"why", printable(finding.why)},
            {"action", finding.action.text.empty() ? Json() : action(finding.action)},
            {"cite", cites(finding.cites)}};
  }

  Json crash(const model::CrashReport& report) const {
    const model::Crash& crash = report.crash;
    Json out;
    out["title"] = printable(crash.title);
    out["type"] = text_or_null(crash.type);
    out["severity"] = to_string(crash.severity);
    out["root"] = !crash.consequence_of && !crash.previous_boot;
    out["signature"] = text_or_null(crash.signature);
    out["corrupted"] = crash.corrupted.empty() ? Json() : Json{{"reason", printable(crash.corrupted)}};
    out["panicked"] = crash.panicked;
    out["previous_boot"] = crash.previous_boot;
    out["repeats"] = crash.repeats;
    out["time"] = report.time ? Json(format_utc(report.time->last())) : Json();
    out["kernel"] = text_or_null(crash.kernel);
    out["cpu"] = crash.cpu ? Json(*crash.cpu) : Json();
    out["pid"] = crash.pid ? Json(*crash.pid) : Json();
    out["comm"] = text_or_null(crash.comm);
    out["tainted"] = text_or_null(crash.tainted);
    out["hardware"] = text_or_null(crash.hardware);
    out["frames"] = list(crash.frames, [](const model::CrashFrame& frame) {
      return Json{{"function", printable(frame.function)},
                  {"module", text_or_null(frame.module)},
                  {"reliable", frame.reliable}};
    });
    out["culprit"] = {{"function", text_or_null(crash.culprit_function)},
                      {"module", text_or_null(crash.culprit_module)},
                      {"reason", text_or_null(crash.culprit_reason)}};
    out["cite"] = cites(report.cites);
    return out;
  }

  Json incident(const model::Incident& incident) const {
    Json out;
    out["host"] = printable(incident.host);
    out["class"] = printable(incident.incident_class);
    out["title"] = printable(incident.title);
    out["signature"] = printable(incident.signature);
    out["verdict"] = statements(incident.verdict);
    out["class_reasons"] = statements(incident.class_reasons);
    out["roles"] = list(incident.roles, [this](const model::Role& role) {
      return Json{{"role", role.role}, {"text", printable(role.text)}, {"cite", cites(role.cites)}};
    });
    out["survived"] = incident.survived;
    out["death"] = window(incident.death);
    out["death_text"] = printable(incident.death_text);
    out["death_cite"] = cites(incident.death_cites);
    out["reset"] = window(incident.reset);
    out["reset_text"] = printable(incident.reset_text);
    out["reset_cite"] = cites(incident.reset_cites);
    out["culprit"] = {{"module", text_or_null(incident.culprit.module)},
                      {"function", text_or_null(incident.culprit.function)},
                      {"subsystem", text_or_null(incident.culprit.subsystem)}};
    out["crashes"] = list(incident.crashes, [this](const auto& each) { return crash(each); });
    out["witnesses"] = list(incident.witnesses, [this](const auto& each) { return witness(each); });
    out["timeline"] = list(incident.timeline, [this](const auto& each) { return entry(each); });
    out["baselines"] = list(incident.baselines, [this](const auto& each) { return baseline(each); });
    out["gaps"] = list(incident.gaps, [this](const auto& each) { return gap(each); });
    out["changes"] = list(incident.changes, [this](const auto& each) { return change(each); });
    out["hypotheses"] = list(incident.hypotheses, [this](const auto& each) { return hypothesis(each); });
    out["blind_spots"] = list(incident.blind_spots, [this](const model::BlindSpot& each) {
      return Json{{"id", printable(each.id)},
                  {"text", printable(each.text)},
                  {"close", printable(each.close)},
                  {"cite", cites(each.cites)}};
    });
    out["actions"] = actions(incident.actions);
    out["mitigations"] = list(incident.mitigations, [this](const model::Mitigation& each) {
      return Json{{"text", printable(each.text)},
                  {"judgement", printable(each.judgement)},
                  {"hides_evidence", each.hides},
                  {"cite", cites(each.cites)}};
    });
    out["clean_run"] = incident.clean_run ? clean_run(*incident.clean_run) : Json();
    out["contradictions"] = list(incident.contradictions, [this](const model::Contradiction& each) {
      return Json{{"id", printable(each.id)}, {"text", printable(each.text)}, {"cite", cites(each.cites)}};
    });
    return out;
  }

  Json witness(const model::Witness& witness) const {
    return {{"name", printable(witness.name)},
            {"path", printable(witness.path)},
            {"after", time_or_null(witness.window.after)},
            {"before", time_or_null(witness.window.before)},
            {"text", printable(witness.text)},
            {"cite", cites(witness.cites)}};
  }

  Json entry(const model::TimelineEntry& entry) const {
    Json out;
    const auto& time = entry.time;
    out["time"] = time ? Json(format_utc({time->middle(), time->precision})) : Json();
    out["before"] = time ? Json(format_utc(time->last())) : Json();
    out["after"] = time ? Json(format_utc(time->first())) : Json();
    out["source"] = printable(entry.source);
    out["text"] = printable(entry.text);
    out["cite"] = cite(entry.cite);
    out["inferred"] = entry.inferred;
    out["key"] = entry.key;
    return out;
  }

  Json baseline(const model::Baseline& baseline) const {
    Json out;
    out["subsystem"] = printable(baseline.subsystem);
    out["series"] = text_or_null(baseline.series);
    out["verdict"] = to_string(baseline.verdict);
    out["text"] = printable(baseline.text);
    out["samples"] = baseline.samples;
    out["tail_samples"] = baseline.tail_samples;
    const auto figure = [](uint64_t samples, double value) { return samples == 0 ? Json() : Json(value); };
    out["median"] = figure(baseline.samples, baseline.median);
    out["spread"] = figure(baseline.samples, baseline.spread);
    out["tail_median"] = figure(baseline.tail_samples, baseline.tail_median);
    out["cite"] = cites(baseline.cites);
    return out;
  }

  Json gap(const model::Gap& gap) const {
    return {{"source", printable(gap.source)},
            {"after", time_or_null(gap.span.after)},
            {"before", time_or_null(gap.span.before)},
            {"text", printable(gap.text)},
            {"cite", cites(gap.cites)}};
  }

  Json change(const model::Change& change) const {
    const auto& time = change.time;
    return {{"time", time ? Json(format_utc({time->middle(), time->precision})) : Json()},
            {"source", printable(change.source)},
            {"text", printable(change.text)},
            {"inferred", change.inferred},
            {"since_good", change.since_good},
            {"cite", cites(change.cites)}};
  }

  Json clean_run(const model::CleanRun& run) const {
    return {{"failures", run.failures},
            {"observed_seconds", run.observed / kSecond},
            {"thrice_seconds", run.thrice / kSecond},
            {"certain_seconds", run.sure / kSecond},
            {"text", printable(run.text)},
            {"cite", cites(run.cites)}};
  }

  Json contribution(const model::Contribution& one) const {
    return {{"text", printable(one.text)},
            {"log_odds", one.log_odds},
            {"rule", one.rule.empty() ? Json() : Json(printable(one.rule))},
            {"cite", cites(one.cites)}};
  }

  Json hypothesis(const model::Hypothesis& hypothesis) const {
    return {{"id", printable(hypothesis.id)},
            {"title", printable(hypothesis.title)},
            {"kind", printable(hypothesis.kind)},
            {"explain", printable(hypothesis.explain)},
            {"probability", hypothesis.probability},
            {"status", printable(hypothesis.status)},
            {"base",
             {{"rate", hypothesis.base},
              {"because", printable(hypothesis.base_reason)},
              {"source", printable(hypothesis.base_source)}}},
            {"contributions", list(hypothesis.sum, [this](const auto& each) { return contribution(each); })},
            {"for", statements(hypothesis.speaks_for)},
            {"against", statements(hypothesis.against)},
            {"missing", statements(hypothesis.missing)},
            {"actions", actions(hypothesis.actions)}};
  }

  static Json action(const model::Action& action) {
    return {{"text", printable(action.text)},
            {"command", action.command.empty() ? Json() : Json(command_text(action.command))}};
  }
  static Json actions(const std::vector<model::Action>& from) { return list(from, action); }

  const model::Case& case_;
};

template <class Visit>
void each_string(Json& json, const Visit& visit) {
  if (json.is_string()) visit(json.get_ref<std::string&>());
  if (!json.is_structured()) return;
  for (Json& inner : json) each_string(inner, visit);
}

}  // namespace

std::string render_json(const model::Case& the_case, const model::Inquiry& inquiry, Anonymizer* anonymizer) {
  Json report = Writer(the_case).inquiry(inquiry);
  if (anonymizer != nullptr) {
    each_string(report, [&](std::string& text) { anonymizer->learn(text); });
    each_string(report, [&](std::string& text) { text = anonymizer->replaced(text); });
  }
  // `replace` cannot be needed, since every string went through printable(); but a report must never throw.
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace inquest::report
