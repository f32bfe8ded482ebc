// Writes journal files in a test: regular and compact, with either hash and each compression. Here in one piece, so
// that the tests of the journal library can use it without linking the rest.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <lz4.h>
#include <lzma.h>
#include <zstd.h>

#include "journal/hash.h"
#include "journal/layout.h"

namespace inquest::testing {

struct JournalEntrySpec {
  uint64_t realtime = 0;            // microseconds since 1970
  uint64_t monotonic = 0;           // microseconds
  uint64_t boot = 1;                // becomes the boot id, as does its _BOOT_ID field
  std::vector<std::string> fields;  // "MESSAGE=..."
};

class JournalBuilder {
 public:
  struct Options {
    bool compact = true;
    bool keyed = true;
    uint8_t compression = 0;    // of journal/layout.h: kXz, kLz4, kZstd
    size_t compress_from = 64;  // bytes of payload
    uint8_t state = 2;          // archived
    uint64_t machine = 7;       // becomes machine and sequence number id
    uint64_t first_seqnum = 1;

    // In the header, xz, lz4 and zstd are bits 0, 1 and 3; bit 2 is the keyed hash.
    uint32_t compression_flag() const {
      return compression == journal::kZstd ? 8U : static_cast<uint32_t>(compression);
    }
  };

  JournalBuilder() : JournalBuilder(Options()) {}
  explicit JournalBuilder(Options options) : options_(options), bytes_(kHeader, '\0') {
    seqnum_ = options_.first_seqnum;
    data_table_ = object(4, 16 + kDataBuckets * 16);
    field_table_ = object(5, 16 + kFieldBuckets * 16);
  }

  static std::string id_text(uint64_t id) { return journal::Id128{id, ~id}.text(); }

  // Gives the offset of the entry object.
  uint64_t add(const JournalEntrySpec& spec) {
    std::vector<uint64_t> items = {data("_BOOT_ID=" + id_text(spec.boot))};
    uint64_t xor_hash = journal::jenkins64("_BOOT_ID=" + id_text(spec.boot));
    for (const std::string& field : spec.fields) {
      items.push_back(data(field));
      xor_hash ^= options_.keyed ? journal::jenkins64(field) : hash(field);
    }
    std::ranges::sort(items);
    const auto [from, to] = std::ranges::unique(items);
    items.erase(from, to);

    const uint64_t item_size = options_.compact ? 4 : 16;
    const uint64_t at = object(3, 64 + items.size() * item_size);
    put(at + 16, seqnum_++);
    put(at + 24, spec.realtime);
    put(at + 32, spec.monotonic);
    put_id(at + 40, spec.boot);
    put(at + 56, xor_hash);
    for (size_t i = 0; i < items.size(); ++i) {
      if (options_.compact) {
        put32(at + 64 + i * 4, static_cast<uint32_t>(items[i]));
      } else {
        put(at + 64 + i * 16, items[i]);
        put(at + 64 + i * 16 + 8, get(items[i] + 16));
      }
      entries_of_[items[i]].push_back(at);
    }
    entries_.push_back(at);
    last_ = spec;
    if (entries_.size() == 1) first_realtime_ = spec.realtime;
    return at;
  }

  // Where that FIELD=VALUE lies.
  uint64_t offset_of(const std::string& payload) const { return data_.at(payload); }

  // The whole file. Call once.
  std::string finish() {
    for (auto& [data, entries] : entries_of_) {
      put(data + 40, entries.front());
      put(data + 56, entries.size());
      if (entries.size() > 1) put(data + 48, arrays({entries.begin() + 1, entries.end()}));
    }
    const uint64_t list = arrays(entries_);
    std::memcpy(bytes_.data(), "LPKSHHRH", 8);
    put32(12, options_.compression_flag() | (options_.keyed ? 4U : 0U) | (options_.compact ? 16U : 0U));
    bytes_[16] = static_cast<char>(options_.state);
    put_id(24, kFileId);
    put_id(40, options_.machine);
    put_id(56, last_.boot);
    put_id(72, options_.machine);
    put(88, kHeader);
    put(96, bytes_.size() - kHeader);
    put(104, data_table_ + 16);
    put(112, kDataBuckets * 16);
    put(120, field_table_ + 16);
    put(128, kFieldBuckets * 16);
    put(136, tail_);
    put(144, objects_);
    put(152, entries_.size());
    put(160, seqnum_ - 1);
    put(168, options_.first_seqnum);
    put(176, list);
    put(184, first_realtime_);
    put(192, last_.realtime);
    put(200, last_.monotonic);
    put(208, data_.size());
    put(216, fields_.size());
    put(232, arrays_);
    return bytes_;
  }

 private:
  static constexpr uint64_t kHeader = 264;
  static constexpr uint64_t kDataBuckets = 61;
  static constexpr uint64_t kFieldBuckets = 7;
  static constexpr uint64_t kFileId = 0x1122334455667788;

  uint64_t get(uint64_t at) const { return journal::load<uint64_t>(bytes_.data() + at); }
  void put(uint64_t at, uint64_t value) {
    for (int i = 0; i < 8; ++i) bytes_[at + static_cast<uint64_t>(i)] = static_cast<char>(value >> (8 * i) & 0xFF);
  }
  void put32(uint64_t at, uint32_t value) {
    for (int i = 0; i < 4; ++i) bytes_[at + static_cast<uint64_t>(i)] = static_cast<char>(value >> (8 * i) & 0xFF);
  }
  void put_id(uint64_t at, uint64_t id) {
    put(at, __builtin_bswap64(id));
    put(at + 8, __builtin_bswap64(~id));
  }
  uint64_t hash(std::string_view text) const {
    return options_.keyed ? journal::siphash24(text, {kFileId, ~kFileId}) : journal::jenkins64(text);
  }

  uint64_t object(uint8_t type, uint64_t size) {
    bytes_.resize(journal::aligned(bytes_.size()));
    const uint64_t at = bytes_.size();
    bytes_.resize(at + size);
    bytes_[at] = static_cast<char>(type);
    put(at + 8, size);
    tail_ = at;
    ++objects_;
    return at;
  }

  // Appends to the chain of a bucket.
  void link(uint64_t table, uint64_t buckets, uint64_t hash, uint64_t at) {
    const uint64_t bucket = table + 16 + hash % buckets * 16;
    if (get(bucket) == 0) {
      put(bucket, at);
    } else {
      put(get(bucket + 8) + 24, at);
    }
    put(bucket + 8, at);
  }

  uint64_t field(const std::string& name) {
    const auto known = fields_.find(name);
    if (known != fields_.end()) return known->second;
    const uint64_t at = object(2, 40 + name.size());
    put(at + 16, hash(name));
    bytes_.replace(at + 40, name.size(), name);
    link(field_table_, kFieldBuckets, hash(name), at);
    fields_[name] = at;
    return at;
  }

  std::string compress(const std::string& payload) const {
    std::string out(payload.size() + 1024, '\0');
    if (options_.compression == journal::kZstd) {
      out.resize(ZSTD_compress(out.data(), out.size(), payload.data(), payload.size(), 3));
    } else if (options_.compression == journal::kLz4) {
      for (int i = 0; i < 8; ++i) out[static_cast<size_t>(i)] = static_cast<char>(payload.size() >> (8 * i) & 0xFF);
      const int size = LZ4_compress_default(payload.data(), out.data() + 8, static_cast<int>(payload.size()),
                                            static_cast<int>(out.size() - 8));
      out.resize(8 + static_cast<size_t>(size));
    } else {
      size_t size = 0;
      (void)lzma_easy_buffer_encode(0, LZMA_CHECK_NONE, nullptr, reinterpret_cast<const uint8_t*>(payload.data()),
                                    payload.size(), reinterpret_cast<uint8_t*>(out.data()), &size, out.size());
      out.resize(size);
    }
    return out;
  }

  uint64_t data(const std::string& payload) {
    const auto known = data_.find(payload);
    if (known != data_.end()) return known->second;
    const bool packed = options_.compression != 0 && payload.size() >= options_.compress_from;
    const std::string stored = packed ? compress(payload) : payload;
    const uint64_t before = options_.compact ? 72 : 64;
    const uint64_t at = object(1, before + stored.size());
    if (packed) bytes_[at + 1] = static_cast<char>(options_.compression);
    put(at + 16, hash(payload));
    bytes_.replace(at + before, stored.size(), stored);
    link(data_table_, kDataBuckets, hash(payload), at);
    const uint64_t name = field(payload.substr(0, payload.find('=')));
    put(at + 32, get(name + 32));
    put(name + 32, at);
    data_[payload] = at;
    return at;
  }

  // A chain of arrays, of four items, eight and so on.
  uint64_t arrays(const std::vector<uint64_t>& entries) {
    const uint64_t item = options_.compact ? 4 : 8;
    uint64_t first = 0;
    uint64_t last = 0;
    size_t room = 4;
    for (size_t i = 0; i < entries.size(); room *= 2) {
      const uint64_t at = object(6, 24 + room * item);
      ++arrays_;
      for (size_t j = 0; j < room && i < entries.size(); ++j, ++i) {
        if (options_.compact) {
          put32(at + 24 + j * item, static_cast<uint32_t>(entries[i]));
        } else {
          put(at + 24 + j * item, entries[i]);
        }
      }
      if (first == 0) first = at;
      if (last != 0) put(last + 16, at);
      last = at;
    }
    return first;
  }

  Options options_;
  std::string bytes_;
  uint64_t data_table_ = 0;
  uint64_t field_table_ = 0;
  uint64_t seqnum_ = 1;
  uint64_t tail_ = 0;
  uint64_t objects_ = 0;
  uint64_t arrays_ = 0;
  uint64_t first_realtime_ = 0;
  JournalEntrySpec last_;
  std::map<std::string, uint64_t> data_;
  std::map<std::string, uint64_t> fields_;
  std::map<uint64_t, std::vector<uint64_t>> entries_of_;
  std::vector<uint64_t> entries_;
};

}  // namespace inquest::testing
