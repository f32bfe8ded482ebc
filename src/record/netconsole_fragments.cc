#include "record/netconsole_fragments.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace inquest::record {
namespace {

// Kernels cut 12 KiB into pieces of nearly 1000 bytes.
constexpr size_t kMostPieces = 128;

}  // namespace

void NetconsoleFragments::take_whole(std::string_view bytes) {
  started_ = true;
  total_ = held_ = static_cast<uint32_t>(bytes.size());
  pieces_.assign(1, {0, std::string(bytes)});
}

NetconsoleFragments::Taken NetconsoleFragments::take(NetconsoleHeader::Fragment fragment, std::string_view bytes) {
  if (started_ && fragment.total != total_) return Taken::Conflict;
  const uint32_t end = fragment.offset + static_cast<uint32_t>(bytes.size());
  // What is there already must be the same; the rest is new.
  std::vector<Piece> fresh;
  uint32_t at = fragment.offset;
  for (const Piece& piece : pieces_) {
    if (piece.end() <= at) continue;
    if (piece.offset >= end) break;
    if (piece.offset > at) {
      fresh.push_back({at, std::string(bytes.substr(at - fragment.offset, piece.offset - at))});
      at = piece.offset;
    }
    const uint32_t shared = std::min(piece.end(), end) - at;
    if (bytes.substr(at - fragment.offset, shared) != std::string_view(piece.bytes).substr(at - piece.offset, shared)) {
      return Taken::Conflict;
    }
    at += shared;
  }
  if (at < end) fresh.push_back({at, std::string(bytes.substr(at - fragment.offset))});
  if (fresh.empty() && started_) return Taken::Repeated;
  if (pieces_.size() + fresh.size() > kMostPieces) return Taken::Full;

  started_ = true;
  total_ = fragment.total;
  for (Piece& piece : fresh) {
    held_ += static_cast<uint32_t>(piece.bytes.size());
    const auto place = std::ranges::upper_bound(pieces_, piece.offset, {}, &Piece::offset);
    pieces_.insert(place, std::move(piece));
  }
  return Taken::New;
}

std::string NetconsoleFragments::body() const {
  std::string out;
  uint32_t at = 0;
  const auto lost = [&](uint32_t count) {
    if (count != 0) fmt::format_to(std::back_inserter(out), "[... {} bytes lost ...]", count);
  };
  for (const Piece& piece : pieces_) {
    lost(piece.offset - at);
    out += piece.bytes;
    at = piece.end();
  }
  lost(total_ - at);
  return out;
}

}  // namespace inquest::record
