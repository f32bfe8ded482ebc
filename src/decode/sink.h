// Where a decoder puts its records: the case, under one piece of evidence.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "decode/crash_watch.h"
#include "decode/landmark_table.h"
#include "decode/rule_watch.h"
#include "model/case.h"

namespace inquest::decode {

// A record's place in the evidence: of a line, its offset, length without the line end and one-based number.
struct Place {
  uint64_t offset = 0;
  uint32_t length = 0;
  uint32_t line = 0;
};

// One event as a decoder hands it over. Views need to live for the call only.
struct EventRecord {
  model::StreamId stream = 0;
  Ns time = 0;  // on the stream's clock
  Place place;
  model::StrId host = 0;   // 0: the stream's
  model::StrId ident = 0;  // program without process id; see Sink::intern
  model::Severity severity = model::Severity::Unknown;
  std::string_view message;  // what the program said
  std::string_view caller;   // the kernel's: the task or CPU that printed it ("T12", "C0"); empty: not said
  uint32_t text_at = 0;      // where `message` begins in the record; kStored where the record holds it escaped
  static constexpr uint32_t kStored = 0xFFFFFFFF;
};

// Not thread-safe; one per piece of evidence.
class Sink {
 public:
  // `rules` must outlive it; null: the built-in ones.
  Sink(model::Case& into, model::EvidenceId evidence, const rules::Matcher* rules = nullptr)
      : case_(into), evidence_(evidence), crashes_(into), matcher_(rules), rules_(into, rules) {}

  model::Case& into() { return case_; }
  model::EvidenceId evidence() const { return evidence_; }
  // The evidence's file name without folders: a hint for defaults, e.g. which host.
  std::string_view file_name();
  // Whether anybody asked: then the same bytes under another name may mean something else.
  bool was_named() const { return named_; }

  // A sink for a part of the evidence that has a format of its own, such as a file that is shown in a report: `at` is
  // where it begins, `name` what it would be called. Places are counted from there; the evidence keeps its kind, and a
  // part that is refused is a problem. Must not outlive the case.
  Sink section(const Place& at, std::string_view name) const;

  // Interning with a small cache in front: the same few hosts and programs come again and again.
  model::StrId intern(std::string_view text);

  // Opens a stream; `evidence` is filled in. Every event and series belongs to one.
  model::StreamId open_stream(model::Stream stream);
  model::Stream& stream(model::StreamId id) { return case_.streams[id]; }

  // Records an event, and the landmark that its message is, if it is one; of a kernel's, also the fact that it states.
  model::EventId event(const EventRecord& record);
  // The record of an event goes on to the end of that place: a continuation line. Not beyond kMostRecord bytes in all.
  static constexpr uint32_t kMostRecord = 64 * 1024;
  // False where it would be.
  bool extend(model::EventId event, const Place& place);
  // Records a landmark that the decoder itself knows of, beyond the table's.
  void landmark(model::LandmarkKind kind, model::EventId event, std::string_view text = {}, int64_t number = 0);

  model::SeriesId series(model::StrId host, std::string_view measurement, std::string_view tags, std::string_view field,
                         model::StreamId stream);
  void sample(model::SeriesId series, Ns time, double value, const Place& place);

  void fact(std::string_view host, std::string_view key, std::string_view value, const Place& place);
  void observe(model::Observation observation);
  void claim_boot(model::BootClaim claim);

  // Trouble at a place. The same message is kept once, with its first place and a count; after 50 different messages
  // the rest are counted under one. Makes the evidence partial.
  void problem(const Place& place, std::string_view message);
  // The reader understood nothing of it after all: refused, with the reason.
  void refuse(const Place& place, std::string_view message);
  // After the last record: finds what only the whole tells: crash reports, and signs. Call once.
  void finish();
  // Recognised in more detail than by the decoder's name: "console" instead of "dmesg".
  void set_kind(std::string_view kind);
  // How many lines the evidence has; of a section nothing, because the evidence has more.
  void set_lines(uint64_t lines) {
    if (!section_) case_.evidence[evidence_].lines = lines;
  }

 private:
  struct Cached {
    uint64_t key = 0;
    model::StrId id = 0;
  };
  struct Heard {
    model::StrId ident = std::numeric_limits<model::StrId>::max();  // nobody yet
    Voice voice = Voice::Other;
    bool has_rules = false;  // some rule listens to it
  };
  const Heard& heard(model::StrId ident);
  void kernel_fact(const EventRecord& record);
  Place shifted(Place place) const;

  model::Case& case_;
  model::EvidenceId evidence_;
  std::optional<std::string> section_;  // the part's name, where it is one
  Place base_;                          // where the part begins
  bool named_ = false;
  std::array<Cached, 256> cache_{};
  std::array<Heard, 64> voices_{};
  CrashWatch crashes_;
  size_t kernel_facts_ = 0;
  const rules::Matcher* matcher_;
  RuleWatch rules_;
};

}  // namespace inquest::decode
