#include "vmcore/formats/flattened.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "base/cursor.h"

namespace inquest::vmcore {
namespace {

constexpr std::string_view kSignature = "makedumpfile";
constexpr uint64_t kHeaderSize = 4096;
constexpr size_t kPieceHeader = 16;
constexpr int64_t kMaxOffset = int64_t{1} << 60;
constexpr size_t kMaxPieces = size_t{1} << 24;

}  // namespace

bool FlattenedBytes::sniff(std::span<const std::byte> head) {
  return head.size() >= kPieceHeader &&
         std::string_view(reinterpret_cast<const char*>(head.data()), kSignature.size()) == kSignature &&
         head[kSignature.size()] == std::byte{0};
}

Result<std::unique_ptr<FlattenedBytes>> FlattenedBytes::open(std::unique_ptr<ByteSource> stream) {
  std::unique_ptr<FlattenedBytes> out(new FlattenedBytes(std::move(stream)));
  const ByteSource& in = *out->stream_;
  std::vector<Piece> pieces;
  for (uint64_t at = kHeaderSize; at + kPieceHeader <= in.size() && pieces.size() < kMaxPieces;) {
    std::array<std::byte, kPieceHeader> raw{};
    if (const auto got = in.read(at, raw); !got) return fail(got.error());
    Cursor header(raw, in.name(), ByteOrder::Big, at);
    const auto start = static_cast<int64_t>(*header.read<uint64_t>());
    const auto size = static_cast<int64_t>(*header.read<uint64_t>());
    if (start < 0 || size < 0 || start > kMaxOffset) {
      out->complete_ = start == -1 && size == -1;
      break;
    }
    at += kPieceHeader;
    const uint64_t there = std::min<uint64_t>(static_cast<uint64_t>(size), in.size() - at);
    if (there > 0) pieces.push_back({static_cast<uint64_t>(start), there, at});
    if (there < static_cast<uint64_t>(size)) break;
    at += there;
  }
  if (pieces.empty()) return fail_at(in, kHeaderSize, ErrorCode::Truncated, "a flattened dump without a piece");
  out->order(std::move(pieces));
  return out;
}

void FlattenedBytes::order(std::vector<Piece> pieces) {
  std::ranges::stable_sort(pieces, {}, &Piece::start);
  const auto overlap = [](const Piece& a, const Piece& b) { return a.start + a.size > b.start; };
  if (std::ranges::adjacent_find(pieces, overlap) != pieces.end()) {
    // As a file would take them: each piece over what was there.
    std::ranges::sort(pieces, {}, &Piece::at);
    std::map<uint64_t, Piece> laid;
    for (const Piece& piece : pieces) lay(laid, piece);
    pieces.clear();
    for (const auto& [start, piece] : laid) pieces.push_back(piece);
  }
  pieces_ = std::move(pieces);
  size_ = pieces_.back().start + pieces_.back().size;
}

void FlattenedBytes::lay(std::map<uint64_t, Piece>& laid, const Piece& piece) {
  const uint64_t end = piece.start + piece.size;
  auto at = laid.lower_bound(piece.start);
  if (at != laid.begin()) {
    Piece& before = std::prev(at)->second;
    if (const uint64_t before_end = before.start + before.size; before_end > piece.start) {
      before.size = piece.start - before.start;
      if (before_end > end)
        at = laid.emplace(end, Piece{end, before_end - end, before.at + (end - before.start)}).first;
    }
  }
  while (at != laid.end() && at->first < end) {
    const Piece old = at->second;
    at = laid.erase(at);
    if (const uint64_t old_end = old.start + old.size; old_end > end) {
      at = laid.emplace(end, Piece{end, old_end - end, old.at + (end - old.start)}).first;
    }
  }
  laid.emplace(piece.start, piece);
}

Result<void> FlattenedBytes::read(uint64_t offset, std::span<std::byte> out) const {
  while (!out.empty()) {
    const auto next = std::ranges::upper_bound(pieces_, offset, {}, &Piece::start);
    uint64_t count = 0;
    if (const Piece* piece = next == pieces_.begin() ? nullptr : &*std::prev(next);
        piece != nullptr && offset - piece->start < piece->size) {
      const uint64_t inside = offset - piece->start;
      count = std::min<uint64_t>(out.size(), piece->size - inside);
      const auto got = stream_->read(piece->at + inside, out.first(static_cast<size_t>(count)));
      if (!got) return fail(got.error());
    } else if (complete_ && next != pieces_.end()) {  // never written: a hole
      count = std::min<uint64_t>(out.size(), next->start - offset);
      std::ranges::fill(out.first(static_cast<size_t>(count)), std::byte{0});
    } else {
      return fail_at(*this, offset, ErrorCode::Truncated, "no piece of the flattened dump has these bytes");
    }
    out = out.subspan(static_cast<size_t>(count));
    offset += count;
  }
  return {};
}

}  // namespace inquest::vmcore
