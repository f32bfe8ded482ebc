#include "support/case_builder.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "decode/landmark_table.h"

namespace inquest::testing {
namespace {

// The evidence's text, growing while the case is built.
class Text : public model::ByteSource {
 public:
  std::string text;
  Result<size_t> read_at(uint64_t offset, std::span<char> out) override {
    if (offset >= text.size()) return size_t{0};
    const size_t count = std::min<size_t>(out.size(), text.size() - offset);
    std::memcpy(out.data(), text.data() + offset, count);
    return count;
  }
};

}  // namespace

Ns utc(std::string_view time) {
  const auto parsed = parse_iso_date_or_time(time);
  if (!parsed || parsed->length != time.size()) {
    std::fprintf(stderr, "not a time: %.*s\n", static_cast<int>(time.size()), time.data());
    std::abort();
  }
  return parsed->local - parsed->offset.value_or(0);
}

model::EvidenceId CaseBuilder::evidence(std::string_view path) {
  const auto known = std::ranges::find(case_.evidence, path, &model::Evidence::path);
  if (known != case_.evidence.end()) return static_cast<model::EvidenceId>(known - case_.evidence.begin());
  model::Evidence& entry = case_.evidence.emplace_back();
  entry.path = std::string(path);
  entry.kind = "test";
  entry.status = model::Outcome::Clean;
  auto text = std::make_unique<Text>();
  const auto id = static_cast<model::EvidenceId>(case_.evidence.size() - 1);
  texts_[id] = &text->text;
  entry.source = std::move(text);
  return id;
}

model::Citation CaseBuilder::add_text(model::EvidenceId id, std::string_view text) {
  std::string& all = *texts_[id];
  const auto line = static_cast<uint32_t>(1 + std::ranges::count(all, '\n'));
  const model::Citation cite{id, line, all.size(), static_cast<uint32_t>(text.size())};
  all += text;
  all += '\n';
  case_.evidence[id].bytes = all.size();
  return cite;
}

model::StreamId CaseBuilder::stream(std::string_view path, std::string_view source, model::ClockDomain clock,
                                    model::Channel channel, model::Watch watch, std::string_view host) {
  model::Stream stream;
  stream.evidence = evidence(path);
  stream.source = case_.strings.intern(source);
  stream.host = case_.strings.intern(host);
  stream.clock = clock;
  stream.channel = channel;
  stream.watch = watch;
  stream.precision = clock == model::ClockDomain::Monotonic ? Precision::Micro : Precision::Second;
  case_.streams.push_back(stream);
  return static_cast<model::StreamId>(case_.streams.size() - 1);
}

model::StreamId CaseBuilder::stream_beside(model::StreamId beside) {
  model::Stream stream = case_.streams[beside];
  stream.events = 0;
  case_.streams.push_back(stream);
  return static_cast<model::StreamId>(case_.streams.size() - 1);
}

model::EventId CaseBuilder::line(model::StreamId stream, Ns raw, std::string_view ident, std::string_view message,
                                 std::string_view host) {
  const model::Citation cite = add_text(case_.streams[stream].evidence, message);
  model::Event event;
  event.time = raw;
  event.offset = cite.offset;
  event.length = cite.length;
  event.line = cite.line;
  event.stream = stream;
  event.host = case_.strings.intern(host);
  event.ident = case_.strings.intern(ident);
  const model::EventId id = case_.add_event(event);
  if (const auto mark = decode::find_landmark(decode::voice_of(ident), message)) {
    case_.landmarks.push_back({mark->kind, id, case_.strings.intern(mark->text), mark->number});
  }
  return id;
}

void CaseBuilder::sample(model::StreamId stream, std::string_view host, std::string_view measurement,
                         std::string_view field, Ns time, double value) {
  const model::Citation cite = add_text(case_.streams[stream].evidence, std::to_string(value));
  const model::SeriesId id = case_.series_id(case_.strings.intern(host), case_.strings.intern(measurement), 0,
                                             case_.strings.intern(field), stream);
  case_.series[id].samples.push_back({time, value, cite.offset, cite.evidence, cite.line});
}

void CaseBuilder::samples(model::StreamId stream, std::string_view host, std::string_view measurement,
                          std::string_view field, Ns first, Ns step, std::initializer_list<double> values) {
  for (const double value : values) {
    sample(stream, host, measurement, field, first, value);
    first += step;
  }
}

void CaseBuilder::fact(std::string_view key, std::string_view value, std::string_view host) {
  const model::Citation cite = add_text(evidence("facts"), value);
  case_.facts.push_back({case_.strings.intern(host), std::string(key), std::string(value), cite});
}

void CaseBuilder::observation(std::string_view kind, std::string_view text, std::optional<Ns> at,
                              std::string_view host) {
  model::Observation seen;
  seen.host = case_.strings.intern(host);
  seen.kind = std::string(kind);
  seen.text = std::string(text);
  seen.from = at;
  const auto known =
      std::ranges::find_if(case_.streams, [&](const model::Stream& s) { return s.channel == model::Channel::Person; });
  seen.stream = known != case_.streams.end() ? static_cast<model::StreamId>(known - case_.streams.begin())
                                             : stream("notes", "observations", model::ClockDomain::Utc,
                                                      model::Channel::Person, model::Watch::Presence);
  seen.cite = add_text(evidence("notes"), text);
  case_.observations.push_back(std::move(seen));
}

}  // namespace inquest::testing
