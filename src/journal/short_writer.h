// journalctl -o short and its relatives, and -o cat.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/zone.h"
#include "journal/entry_writer.h"
#include "journal/item_cache.h"

namespace inquest::journal {

// "Jan 30 12:00:00 host program[123]: message": lines for people, nothing for an entry without a message.
class ShortWriter : public EntryWriter {
 public:
  ShortWriter(OutputMode mode, Zone zone, bool safe) : mode_(mode), zone_(std::move(zone)), safe_(safe) {}
  bool write(JournalFile& file, const Entry& entry, std::string& out) override;

 private:
  // The fields that it shows.
  enum Kind : uint8_t {
    kPid,
    kComm,
    kMessage,
    kHostname,
    kSyslogPid,
    kIdentifier,
    kRealtime,
    kMonotonic,
    kKinds,  // none of them
  };
  struct Value {
    std::string_view text;  // lives in the image, in the cache or in `inflated`
    bool there = false;
    std::string inflated;
  };
  // What the cache is to keep once the entry is written: before that, values live in it.
  struct Newcomer {
    uint64_t offset;
    Kind kind;
    std::string_view text;
  };
  static Kind kind_of(std::string_view payload, size_t& value_at);
  bool gather(JournalFile& file, const Entry& entry);
  void write_cat(std::string& out) const;
  void write_short(const Entry& entry, std::string& out);
  void append_time(const Entry& entry, std::string& out);
  void set_minute(uint64_t minute);
  void append_message(size_t indent, std::string& out);
  void append_line(std::string_view line, std::string& out) const;

  OutputMode mode_;
  Zone zone_;
  bool safe_;
  ItemCache cache_{10};
  std::string scratch_;
  std::array<Value, kKinds> values_;
  std::vector<Newcomer> newcomers_;
  std::string stripped_;
  uint64_t minute_ = UINT64_MAX;  // the one that stamp_ says
  std::string stamp_;             // up to the seconds
  std::string stamp_tail_;        // what stands behind a fraction
};

}  // namespace inquest::journal
