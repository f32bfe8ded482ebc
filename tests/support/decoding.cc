#include "support/decoding.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include <fmt/format.h>

namespace inquest::testing {
namespace {

constexpr size_t kHead = 64 * 1024;

class Copy : public model::ByteSource {
 public:
  explicit Copy(std::string_view bytes) : bytes_(bytes) {}
  Result<size_t> read_at(uint64_t offset, std::span<char> out) override {
    if (offset >= bytes_.size()) return size_t{0};
    const size_t count = std::min<size_t>(out.size(), bytes_.size() - offset);
    std::memcpy(out.data(), bytes_.data() + offset, count);
    return count;
  }

 private:
  std::string bytes_;
};

// Says of a place whether the evidence has it.
class Ground {
 public:
  explicit Ground(std::string_view bytes)
      : size_(bytes.size()), lines_(static_cast<uint64_t>(std::ranges::count(bytes, '\n'))) {
    if (!bytes.empty() && bytes.back() != '\n') ++lines_;
  }

  std::string check(std::string_view what, size_t number, uint64_t offset, uint64_t length, uint64_t line) const {
    if (offset > size_ || length > size_ - offset) {
      return fmt::format("{} {} lies at [{}, +{}) of {} bytes", what, number, offset, length, size_);
    }
    if (line > lines_) return fmt::format("{} {} is on line {} of {}", what, number, line, lines_);
    return {};
  }
  std::string check(std::string_view what, size_t number, const model::Citation& cite) const {
    if (cite.evidence != 0) return fmt::format("{} {} cites evidence {}", what, number, cite.evidence);
    return check(what, number, cite.offset, cite.length, cite.line);
  }
  uint64_t lines() const { return lines_; }

 private:
  uint64_t size_;
  uint64_t lines_;
};

std::string dangling(std::string_view what, size_t number, std::string_view of, uint64_t index, size_t size) {
  return index < size ? std::string() : fmt::format("{} {} refers to {} {} of {}", what, number, of, index, size);
}

std::string check_events(const model::Case& c, const Ground& ground) {
  for (size_t i = 0; i < c.events.size(); ++i) {
    const model::Event& event = c.events[i];
    if (auto bad = dangling("event", i, "stream", event.stream, c.streams.size()); !bad.empty()) return bad;
    if (auto bad = ground.check("event", i, event.offset, event.length, event.line); !bad.empty()) return bad;
    if ((event.flags & model::Event::kStoredText) == 0 && event.text_at > event.length) {
      return fmt::format("event {}: its message begins at {}, its record has {} bytes", i, event.text_at, event.length);
    }
  }
  return {};
}

std::string check_series(const model::Case& c, const Ground& ground) {
  for (size_t i = 0; i < c.series.size(); ++i) {
    const model::Series& series = c.series[i];
    if (auto bad = dangling("series", i, "stream", series.stream, c.streams.size()); !bad.empty()) return bad;
    for (size_t k = 0; k < series.samples.size(); ++k) {
      const model::Sample& sample = series.samples[k];
      const model::Citation cite{sample.evidence, sample.line, sample.offset, 1};
      if (auto bad = ground.check(fmt::format("series {} sample", i), k, cite); !bad.empty()) return bad;
    }
  }
  return {};
}

template <class Records>
std::string check_cites(std::string_view what, const Records& records, const Ground& ground) {
  size_t number = 0;
  for (const auto& record : records) {
    if (auto bad = ground.check(what, number++, record.cite); !bad.empty()) return bad;
  }
  return {};
}

template <class Records>
std::string check_streams(std::string_view what, const Records& records, const model::Case& c) {
  size_t number = 0;
  for (const auto& record : records) {
    if (auto bad = dangling(what, number++, "stream", record.stream, c.streams.size()); !bad.empty()) return bad;
  }
  return {};
}

}  // namespace

decode::Head head_of(std::string_view bytes, std::string_view name) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  return {bytes.substr(0, kHead), name, bytes.size() < kHead};
}

model::Case decode_with(const decode::Decoder& decoder, std::string_view bytes, const std::string& name, size_t piece) {
  model::Case c;
  model::Evidence& entry = c.evidence.emplace_back();
  entry.path = name;
  entry.kind = decoder.name;
  entry.bytes = bytes.size();
  entry.status = model::Outcome::Clean;
  entry.source = std::make_unique<Copy>(bytes);
  decode::Sink sink(c, 0);
  if (decoder.study != nullptr) {
    decoder.study(sink, *c.evidence[0].source, bytes.size());
    sink.finish();
    return c;
  }
  const auto reader = decoder.open(sink);
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::string_view next = rest.substr(0, piece);
    const std::vector<char> copy(next.begin(), next.end());
    reader->feed({copy.data(), copy.size()});
    rest.remove_prefix(next.size());
  }
  reader->finish();
  sink.finish();
  return c;
}

std::string out_of_place(const model::Case& c, std::string_view bytes) {
  const Ground ground(bytes);
  for (size_t i = 0; i < c.evidence[0].diagnostics.size(); ++i) {
    const model::Diagnostic& diagnostic = c.evidence[0].diagnostics[i];
    auto bad = ground.check("diagnostic", i, diagnostic.offset, 0, diagnostic.line);
    if (!bad.empty()) return fmt::format("{} (\"{}\")", bad, diagnostic.message);
  }
  if (c.evidence[0].lines > ground.lines()) {
    return fmt::format("{} lines were counted, there are {}", c.evidence[0].lines, ground.lines());
  }
  for (size_t i = 0; i < c.landmarks.size(); ++i) {
    if (auto bad = dangling("landmark", i, "event", c.landmarks[i].event, c.events.size()); !bad.empty()) return bad;
  }
  if (auto bad = check_events(c, ground); !bad.empty()) return bad;
  if (auto bad = check_series(c, ground); !bad.empty()) return bad;
  if (auto bad = check_cites("fact", c.facts, ground); !bad.empty()) return bad;
  if (auto bad = check_cites("observation", c.observations, ground); !bad.empty()) return bad;
  if (auto bad = check_streams("observation", c.observations, c); !bad.empty()) return bad;
  if (auto bad = check_cites("boot claim", c.boot_claims, ground); !bad.empty()) return bad;
  return check_streams("boot claim", c.boot_claims, c);
}

std::string tally(const model::Case& c) {
  size_t samples = 0;
  for (const model::Series& series : c.series) samples += series.samples.size();
  return fmt::format("{} events, {} landmarks, {} samples, {} facts, {} observations, {} boot claims", c.events.size(),
                     c.landmarks.size(), samples, c.facts.size(), c.observations.size(), c.boot_claims.size());
}

}  // namespace inquest::testing
