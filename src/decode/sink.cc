#include "decode/sink.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/kernel_fact.h"

namespace inquest::decode {
namespace {

constexpr size_t kMostDiagnostics = 50;
// No kernel's message or command line is longer (COMMAND_LINE_SIZE is at most 4096); a hostile one would be kept a
// second time.
constexpr size_t kMostLandmarkText = 4096;
constexpr size_t kMostKernelFacts = 1000;  // one or two a boot
constexpr std::string_view kFurther = "further problems";

// Cheap, and good enough for a direct-mapped cache: a miss costs a look-up, never a wrong answer.
uint64_t cache_key(std::string_view text) {
  uint64_t head = 0;
  uint64_t tail = 0;
  // Copies of a fixed size are single loads; this runs for each line of a log.
  if (const size_t n = text.size(); n >= 8) {
    std::memcpy(&head, text.data(), 8);
    std::memcpy(&tail, text.data() + n - 8, 8);
  } else if (n >= 4) {
    std::memcpy(&head, text.data(), 4);
    std::memcpy(&tail, text.data() + n - 4, 4);
  } else {
    head = static_cast<uint8_t>(text[0]);
    tail = static_cast<uint64_t>(static_cast<uint8_t>(text[n / 2])) << 8 | static_cast<uint8_t>(text[n - 1]);
  }
  return ((head * 0x9E3779B97F4A7C15) ^ (tail * 0xD6E8FEB86659FD93)) + text.size();
}

}  // namespace

Sink Sink::section(const Place& at, std::string_view name) const {
  Sink out(case_, evidence_, matcher_);
  out.section_ = std::string(name);
  out.base_ = shifted(at);
  return out;
}

Place Sink::shifted(Place place) const {
  place.offset += base_.offset;
  if (place.line != 0 && base_.line != 0) place.line += base_.line - 1;
  return place;
}

std::string_view Sink::file_name() {
  named_ = true;
  if (section_) return *section_;
  const std::string_view path = case_.evidence[evidence_].path;
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

model::StrId Sink::intern(std::string_view text) {
  if (text.empty()) return 0;
  const uint64_t key = cache_key(text);
  Cached& cached = cache_[(key >> 32) % cache_.size()];
  if (cached.key == key && case_.str(cached.id) == text) return cached.id;
  cached = {key, case_.strings.intern(text)};
  return cached.id;
}

model::StreamId Sink::open_stream(model::Stream stream) {
  stream.evidence = evidence_;
  case_.streams.push_back(stream);
  return static_cast<model::StreamId>(case_.streams.size() - 1);
}

const Sink::Heard& Sink::heard(model::StrId ident) {
  Heard& heard = voices_[ident % voices_.size()];
  if (heard.ident != ident) {
    const std::string_view name = case_.str(ident);
    heard = {ident, voice_of(name), rules_.listens_to(name)};
  }
  return heard;
}

model::EventId Sink::event(const EventRecord& record) {
  model::Event event;
  event.time = record.time;
  const Place place = shifted(record.place);
  event.offset = place.offset;
  event.length = place.length;
  event.line = place.line;
  event.stream = record.stream;
  event.host = record.host;
  event.ident = record.ident;
  event.severity = record.severity;
  // kStored, or so far into its record that an event cannot say it.
  const bool stored = record.text_at > std::numeric_limits<decltype(event.text_at)>::max();
  if (stored) {
    event.flags |= model::Event::kStoredText;
  } else {
    event.text_at = static_cast<uint16_t>(record.text_at);
  }
  const model::EventId id = case_.add_event(event);
  if (stored) case_.store_text(id, case_.strings.intern(record.message));
  const Heard& who = heard(record.ident);
  if (who.voice == Voice::Kernel) kernel_fact(record);
  // On a console nobody says who writes, where the kernel prints no stamps.
  const bool kernel = who.voice == Voice::Kernel ||
                      (record.ident == 0 && case_.streams[record.stream].channel == model::Channel::Console);
  if (kernel) crashes_.line(id, event, record.caller, record.message);
  if (who.voice != Voice::Other) {
    if (const auto mark = find_landmark(who.voice, record.message)) {
      landmark(mark->kind, id, mark->text, mark->number);
      if (mark->kind == model::LandmarkKind::KernelBanner) rules_.boot(event);
    }
  }
  if (who.has_rules && (kernel || record.ident != 0))
    rules_.line(id, event, kernel ? strip_kernel_stamp(record.message) : record.message);
  return id;
}

void Sink::kernel_fact(const EventRecord& record) {
  const auto stated = find_kernel_fact(record.message);
  if (!stated || kernel_facts_ == kMostKernelFacts) return;
  ++kernel_facts_;
  const model::StrId host = record.host != 0 ? record.host : case_.streams[record.stream].host;
  fact(case_.str(host), stated->key, stated->value, record.place);
}

bool Sink::extend(model::EventId event, const Place& place) {
  model::Event& record = case_.events[event];
  const uint64_t end = shifted(place).offset + place.length;
  if (end <= record.offset) return true;
  if (end - record.offset > kMostRecord) return false;
  record.length = std::max(record.length, static_cast<uint32_t>(end - record.offset));
  return true;
}

void Sink::landmark(model::LandmarkKind kind, model::EventId event, std::string_view text, int64_t number) {
  case_.landmarks.push_back({kind, event, case_.strings.intern(text.substr(0, kMostLandmarkText)), number});
}

model::SeriesId Sink::series(model::StrId host, std::string_view measurement, std::string_view tags,
                             std::string_view field, model::StreamId stream) {
  return case_.series_id(host, intern(measurement), intern(tags), intern(field), stream);
}

void Sink::sample(model::SeriesId series, Ns time, double value, const Place& place) {
  const Place at = shifted(place);
  case_.series[series].samples.push_back({time, value, at.offset, evidence_, at.line});
}

void Sink::fact(std::string_view host, std::string_view key, std::string_view value, const Place& place) {
  const Place at = shifted(place);
  case_.facts.push_back(
      {case_.strings.intern(host), std::string(key), std::string(value), {evidence_, at.line, at.offset, at.length}});
}

void Sink::observe(model::Observation observation) {
  const Place at = shifted({observation.cite.offset, observation.cite.length, observation.cite.line});
  observation.cite = {evidence_, at.line, at.offset, at.length};
  case_.observations.push_back(std::move(observation));
}

void Sink::claim_boot(model::BootClaim claim) {
  const Place at = shifted({claim.cite.offset, claim.cite.length, claim.cite.line});
  claim.cite = {evidence_, at.line, at.offset, at.length};
  case_.boot_claims.push_back(claim);
}

void Sink::problem(const Place& place, std::string_view message) {
  model::Evidence& evidence = case_.evidence[evidence_];
  if (evidence.status == model::Outcome::Clean) evidence.status = model::Outcome::Partial;
  const auto count = [&](std::string_view wanted) {
    const auto known = std::ranges::find(evidence.diagnostics, wanted, &model::Diagnostic::message);
    if (known == evidence.diagnostics.end()) return false;
    ++known->count;
    return true;
  };
  if (count(message)) return;
  if (evidence.diagnostics.size() >= kMostDiagnostics) {
    if (count(kFurther)) return;
    message = kFurther;
  }
  const Place at = shifted(place);
  evidence.diagnostics.push_back({std::string(message), at.offset, at.line, 1});
}

void Sink::refuse(const Place& place, std::string_view message) {
  problem(place, message);
  if (!section_) case_.evidence[evidence_].status = model::Outcome::Refused;
}

void Sink::finish() {
  crashes_.finish();
  rules_.finish();
  const auto tell = [&](uint64_t left_out, uint64_t most, std::string_view what) {
    if (left_out == 0) return;
    case_.evidence[evidence_].diagnostics.push_back(
        {fmt::format("more than {} {}: the rest is not listed", grouped(most), what), 0, 0, left_out});
  };
  tell(crashes_.left_out(), CrashWatch::kMostCrashes, "crash reports");
  tell(rules_.left_out(), RuleWatch::kMostSigns, "signs");
}

void Sink::set_kind(std::string_view kind) {
  if (!section_) case_.evidence[evidence_].kind = kind;
}

}  // namespace inquest::decode
