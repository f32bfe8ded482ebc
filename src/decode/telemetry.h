// What all decoders of figures share: the streams and series of one piece of evidence, and the account at its end.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "decode/sample_time.h"
#include "decode/sink.h"

namespace inquest::decode {

// Opens one stream for each of the two clocks of SampleTime when it is needed: channel network, for figures that are
// read from a database had to cross it. finish() sets the streams' precision (the finest time seen), source ("telegraf"
// where most measurements are Telegraf's, else "metrics") and host (where all series are one host's). Used once.
class Telemetry {
 public:
  // Each costs memory of its own, and no real export has as many.
  static constexpr uint32_t kMostSeries = 200'000;

  explicit Telemetry(Sink& sink) : sink_(sink) {}

  // The names of a series, as the input says them; empty: not said. `tags` is "k=v,k=v", sorted by name, without host.
  struct Name {
    std::string_view host;
    std::string_view measurement;
    std::string_view tags;
    std::string_view field;
  };
  // The series of that name on a clock, made if it is new. Nothing, and a diagnostic, beyond kMostSeries.
  std::optional<model::SeriesId> series(const Name& name, bool utc, const Place& place);

  void sample(model::SeriesId series, const SampleTime& time, double value, const Place& place) {
    Precision& finest = finest_[time.utc ? 1 : 0];
    if (time.precision < finest) finest = time.precision;
    sink_.sample(series, time.ns, value, place);
  }

  // Counts a value that is text: known to be no sample, which is no trouble.
  void text_value(const Place& place);
  // Tells what a reader should know, without making the evidence partial.
  void note(const Place& place, std::string_view message);
  void problem(const Place& place, std::string_view message) { sink_.problem(place, message); }

  void finish();

 private:
  model::StreamId stream(bool utc);

  Sink& sink_;
  std::array<std::optional<model::StreamId>, 2> streams_;  // wall time, UTC
  std::array<Precision, 2> finest_ = {Precision::Day, Precision::Day};
  uint32_t series_ = 0;
  uint32_t of_telegraf_ = 0;
  model::StrId host_ = 0;
  bool one_host_ = true;
  uint64_t text_values_ = 0;
  Place first_text_;
};

// A name and a value of a tag, on their way into a series' tags.
struct Tag {
  std::string_view name;
  std::string_view value;
};

// Sorts tags by name and writes them as "k=v,k=v"; an empty value is none.
void join_tags(std::span<Tag> tags, std::string& out);

}  // namespace inquest::decode
