#include "decode/intake.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include <fmt/format.h>

#include "base/sha256.h"
#include "base/text.h"
#include "decode/decoder.h"

namespace inquest::decode {
namespace {

constexpr size_t kHead = 64 * 1024;
constexpr size_t kPiece = 1 << 20;
constexpr std::string_view kBom = "\xEF\xBB\xBF";

std::string_view last_component(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

Head make_head(std::string_view bytes, std::string_view path, bool complete) {
  if (bytes.starts_with(kBom)) bytes.remove_prefix(kBom.size());
  return {bytes.substr(0, kHead), last_component(path), complete};
}

// The evidence's entry before a byte of it was decoded.
model::EvidenceId list(model::Case& into, const std::string& path, Ns modified) {
  model::Evidence& entry = into.evidence.emplace_back();
  entry.path = path;
  entry.kind = "unrecognised";
  entry.modified = modified;
  return static_cast<model::EvidenceId>(into.evidence.size() - 1);
}

void note(model::Evidence& entry, std::string message, uint64_t offset = 0) {
  entry.diagnostics.push_back({std::move(message), offset, 0, 1});
}

// The decoding of one piece, once its head is known.
class Decoding {
 public:
  Decoding(model::Case& into, model::EvidenceId id, const rules::Matcher* rules)
      : case_(into), sink_(into, id, rules) {}

  void begin(std::string_view head, bool complete) {
    model::Evidence& entry = case_.evidence[sink_.evidence()];
    decoder_ = head.empty() ? nullptr : choose(make_head(head, entry.path, complete));
    if (decoder_ == nullptr) return;
    entry.kind = decoder_->name;
    entry.status = model::Outcome::Clean;
    if (decoder_->open != nullptr) reader_ = decoder_->open(sink_);
    feed(head);
  }
  void feed(std::string_view bytes) {
    if (reader_) reader_->feed(bytes);
  }
  void finish() {
    if (reader_) reader_->finish();
  }
  // The rest, once the entry knows where its bytes are.
  void close(uint64_t size) {
    if (decoder_ != nullptr && decoder_->study != nullptr) study(size);
    sink_.finish();
  }
  bool understood() const { return decoder_ != nullptr; }
  bool was_named() const { return sink_.was_named(); }

 private:
  void study(uint64_t size) {
    model::ByteSource* const source = case_.evidence[sink_.evidence()].source.get();
    if (source == nullptr) {
      sink_.refuse({}, "it has to be read at random, and there was no room to keep it: unpack it to a disk first");
      return;
    }
    decoder_->study(sink_, *source, size);
  }

  model::Case& case_;
  Sink sink_;
  const Decoder* decoder_ = nullptr;
  std::unique_ptr<Reader> reader_;
};

// An earlier piece whose bytes a piece has repeated so far. What is given twice must not count twice.
class Twin {
 public:
  // Of none.
  Twin() = default;
  Twin(model::EvidenceId id, model::ByteSource& source) : id_(id), source_(&source) {}

  explicit operator bool() const { return source_ != nullptr; }
  model::EvidenceId id() const { return id_; }
  // Whether the earlier piece has these bytes there, and ends behind them where there are none.
  bool has(uint64_t offset, std::string_view bytes) {
    buffer_.resize(std::max<size_t>(bytes.size(), 1));
    size_t got = 0;
    while (got < buffer_.size()) {
      const auto read = source_->read_at(offset + got, std::span(buffer_).subspan(got));
      if (!read || *read == 0) break;
      got += *read;
    }
    return got == bytes.size() && std::string_view(buffer_.data(), got) == bytes;
  }
  // Gives back the first bytes, which were alike, to be decoded after all. False where they can't be read any more.
  bool replay(uint64_t size, const std::function<void(std::string_view)>& take) {
    buffer_.resize(kPiece);
    for (uint64_t at = 0; at < size;) {
      const size_t count = static_cast<size_t>(std::min<uint64_t>(kPiece, size - at));
      const auto read = source_->read_at(at, std::span(buffer_).first(count));
      if (!read || *read == 0) return false;
      take({buffer_.data(), *read});
      at += *read;
    }
    return true;
  }

 private:
  model::EvidenceId id_ = 0;
  model::ByteSource* source_ = nullptr;
  std::string buffer_;
};

class Intake : public evidence::Visitor {
 public:
  Intake(model::Case& into, const IntakeOptions& options) : case_(into), options_(options), buffer_(kPiece, '\0') {}

  void item(evidence::Item& item) override {
    const model::EvidenceId id = list(case_, item.path, item.modified);
    Sha256 hash;
    Decoding decoding(case_, id, options_.rules);
    Twin twin;
    bool chosen = false;
    bool broken = false;
    size_t beginning = 0;
    std::string head;  // gathered until there is enough to sniff
    uint64_t total = 0;
    const auto begin = [&](bool at_end) {
      decoding.begin(head, at_end);
      head = {};
    };
    // It is another piece after all.
    const auto part = [&](uint64_t alike, bool at_end) {
      const uint64_t behind = head.size();
      begin(at_end);
      uint64_t at = 0;
      const bool whole = twin.replay(alike, [&](std::string_view bytes) {
        const size_t known = static_cast<size_t>(std::min<uint64_t>(bytes.size(), behind - std::min(at, behind)));
        at += bytes.size();
        decoding.feed(bytes.substr(known));
      });
      if (!whole) {
        note(case_.evidence[id], "what it has in common with an earlier piece could not be read again", at);
        broken = true;
      }
      twin = {};
    };
    for (;;) {
      const auto got = item.bytes->read(buffer_);
      if (!got) {
        note(case_.evidence[id], got.error().message, total);
        broken = true;
      }
      const bool at_end = !got || *got == 0;
      const std::string_view piece(buffer_.data(), got ? *got : 0);
      hash.update(piece);
      if (chosen) {
        if (twin && (broken || !twin.has(total, piece))) part(total, false);
        if (!twin) decoding.feed(piece);
      } else {
        head.append(piece);
        if (head.size() >= kHead || at_end) {
          chosen = true;
          beginning = key(head);
          twin = twin_of(head, at_end, case_.evidence[id]);
          if (twin && (broken || !twin.has(0, head) || (at_end && !twin.has(head.size(), {})))) twin = {};
          if (!twin) begin(at_end);
        }
      }
      total += piece.size();
      read_ += piece.size();
      if (options_.progress) options_.progress(read_, item.path);
      if (at_end) break;
    }
    model::Evidence& entry = case_.evidence[id];
    if (twin) {
      entry.kind = case_.evidence[twin.id()].kind;
      entry.status = case_.evidence[twin.id()].status;
      note(entry,
           fmt::format("the same bytes as {}, so it is not counted again", printable(case_.evidence[twin.id()].path)));
    }
    decoding.finish();
    entry.bytes = total;
    if (!broken) entry.sha256 = hash.hex();
    if (total == 0 && !broken) {
      entry.kind = "empty";
      note(entry, "the file is empty");
    }
    if (decoding.understood() && item.keep) entry.source = item.keep();
    decoding.close(total);
    if (decoding.understood()) heads_[beginning] = {id, decoding.was_named()};
    if (broken) {
      model::Evidence& ended = case_.evidence[id];
      const bool kept = decoding.understood() && ended.status != model::Outcome::Refused;
      ended.status = kept ? model::Outcome::Partial : model::Outcome::Refused;
    }
  }

  void container(const std::string& path, std::string_view kind, uint64_t bytes) override {
    const model::EvidenceId id = list(case_, path, 0);
    containers_[path] = id;
    case_.evidence[id].kind = kind;
    case_.evidence[id].bytes = bytes;
    case_.evidence[id].status = model::Outcome::Clean;
  }

  void refused(const std::string& path, const Error& error, bool container) override {
    const auto known = containers_.find(path);
    const model::EvidenceId id = container && known != containers_.end() ? known->second : list(case_, path, 0);
    model::Evidence& entry = case_.evidence[id];
    entry.status = container ? model::Outcome::Partial : model::Outcome::Refused;
    if (!container) entry.kind = "unreadable";
    note(entry, error.message, error.offset);
  }

 private:
  // The last piece that begins alike, would be read as the same, and whose bytes can be read again.
  Twin twin_of(std::string_view head, bool complete, const model::Evidence& entry) const {
    const auto known = heads_.find(key(head));
    if (known == heads_.end()) return {};
    const model::Evidence& earlier = case_.evidence[known->second.id];
    if (earlier.source == nullptr) return {};
    if (last_component(entry.path) != last_component(earlier.path)) {
      const Decoder* decoder = choose(make_head(head, entry.path, complete));
      if (known->second.named || decoder == nullptr || decoder->name != earlier.kind) return {};
    }
    return {known->second.id, *earlier.source};
  }
  static size_t key(std::string_view head) { return std::hash<std::string_view>()(head.substr(0, kHead)); }

  struct Known {
    model::EvidenceId id = 0;
    bool named = false;  // its name was asked for
  };

  model::Case& case_;
  const IntakeOptions& options_;
  std::string buffer_;
  uint64_t read_ = 0;
  std::unordered_map<std::string, model::EvidenceId> containers_;
  std::unordered_map<size_t, Known> heads_;  // by the hash of the first kHead bytes
};

class Memory : public evidence::Bytes, public model::ByteSource {
 public:
  explicit Memory(std::string bytes, size_t piece = kPiece) : bytes_(std::move(bytes)), piece_(piece) {}
  Result<size_t> read(std::span<char> out) override {
    const auto got = read_at(at_, out.first(std::min(out.size(), piece_)));
    at_ += *got;
    return got;
  }
  Result<size_t> read_at(uint64_t offset, std::span<char> out) override {
    if (offset >= bytes_.size()) return size_t{0};
    const size_t count = std::min<size_t>(out.size(), bytes_.size() - offset);
    std::memcpy(out.data(), bytes_.data() + offset, count);
    return count;
  }

 private:
  std::string bytes_;
  size_t piece_;
  size_t at_ = 0;
};

}  // namespace

void take_in(std::span<const std::string> paths, const IntakeOptions& options, model::Case& into) {
  Intake intake(into, options);
  evidence::walk(paths, options.limits, intake);
}

void take_in(const std::function<void(evidence::Visitor&)>& walk, const IntakeOptions& options, model::Case& into) {
  Intake intake(into, options);
  walk(intake);
}

void take_in_bytes(std::string_view bytes, const std::string& name, model::Case& into, size_t piece) {
  IntakeOptions options;
  Intake intake(into, options);
  Memory memory(std::string(bytes), std::max<size_t>(piece, 1));
  evidence::Item item;
  item.path = name;
  item.size = bytes.size();
  item.bytes = &memory;
  item.keep = [&] { return std::make_unique<Memory>(std::string(bytes)); };
  intake.item(item);
}

}  // namespace inquest::decode
