// The pieces of one netconsole record that did not fit in a datagram.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/netconsole_packet.h"

namespace inquest::record {

// Pieces in any order, repeated or overlapping. Holds no more bytes than arrived: what a sender claims costs nothing.
class NetconsoleFragments {
 public:
  enum class Taken : uint8_t {
    New,       // it brought bytes
    Repeated,  // they were all there
    Conflict,  // it says something else about bytes that are there, or about the record's length: not taken
    Full,      // the record has too many pieces already: not taken
  };

  Taken take(NetconsoleHeader::Fragment fragment, std::string_view bytes);
  // The same for a record that came in one piece.
  void take_whole(std::string_view bytes);

  bool whole() const { return started_ && held_ == total_; }
  uint32_t total() const { return total_; }
  uint32_t missing() const { return total_ - held_; }
  size_t memory() const { return held_ + pieces_.size() * sizeof(Piece); }

  // The record's body as far as it arrived, with "[... 120 bytes lost ...]" where something is missing.
  std::string body() const;

 private:
  struct Piece {
    uint32_t offset = 0;
    std::string bytes;
    uint32_t end() const { return offset + static_cast<uint32_t>(bytes.size()); }
  };

  std::vector<Piece> pieces_;  // sorted, not overlapping
  uint32_t total_ = 0;
  uint32_t held_ = 0;
  bool started_ = false;
};

}  // namespace inquest::record
