#include "decode/intake.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "base/sha256.h"
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

class Intake : public evidence::Visitor {
 public:
  Intake(model::Case& into, const IntakeOptions& options) : case_(into), options_(options), buffer_(kPiece, '\0') {}

  void item(evidence::Item& item) override {
    const model::EvidenceId id = list(case_, item.path, item.modified);
    Sha256 hash;
    Sink sink(case_, id, options_.rules);
    const Decoder* decoder = nullptr;
    std::unique_ptr<Reader> reader;
    bool chosen = false;
    bool broken = false;
    std::string head;  // gathered until there is enough to sniff
    uint64_t total = 0;
    for (;;) {
      const auto got = item.bytes->read(buffer_);
      if (!got) {
        note(case_.evidence[id], got.error().message, total);
        broken = true;
      }
      const bool at_end = !got || *got == 0;
      const std::string_view piece(buffer_.data(), got ? *got : 0);
      hash.update(piece);
      total += piece.size();
      read_ += piece.size();
      if (chosen) {
        if (reader) reader->feed(piece);
      } else {
        head.append(piece);
        if (head.size() >= kHead || at_end) {
          chosen = true;
          decoder = claimant(head, at_end, case_.evidence[id]);
          if (decoder != nullptr && decoder->open != nullptr) reader = decoder->open(sink);
          if (reader) reader->feed(head);
          head = {};
        }
      }
      if (options_.progress) options_.progress(read_, item.path);
      if (at_end) break;
    }
    if (reader) reader->finish();
    model::Evidence& entry = case_.evidence[id];
    entry.bytes = total;
    if (!broken) entry.sha256 = hash.hex();
    if (total == 0 && !broken) {
      entry.kind = "empty";
      note(entry, "the file is empty");
    }
    if (decoder != nullptr && item.keep) entry.source = item.keep();
    if (decoder != nullptr && decoder->study != nullptr) study(*decoder, sink, total);
    sink.finish();
    if (broken) {
      model::Evidence& ended = case_.evidence[id];
      const bool kept = decoder != nullptr && ended.status != model::Outcome::Refused;
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
  static const Decoder* claimant(std::string_view head, bool complete, model::Evidence& entry) {
    const Decoder* decoder = head.empty() ? nullptr : choose(make_head(head, entry.path, complete));
    if (decoder == nullptr) return nullptr;
    entry.kind = decoder->name;
    entry.status = model::Outcome::Clean;
    return decoder;
  }

  void study(const Decoder& decoder, Sink& sink, uint64_t size) {
    model::ByteSource* const source = case_.evidence[sink.evidence()].source.get();
    if (source == nullptr) {
      sink.refuse({}, "it has to be read at random, and there was no room to keep it: unpack it to a disk first");
      return;
    }
    decoder.study(sink, *source, size);
  }

  model::Case& case_;
  const IntakeOptions& options_;
  std::string buffer_;
  uint64_t read_ = 0;
  std::unordered_map<std::string, model::EvidenceId> containers_;
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
