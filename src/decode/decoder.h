// What a decoder is: a sniffer and a reader for one format. A new format is a new file in decode/formats/.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "decode/sink.h"

namespace inquest::decode {

// What a sniffer may look at.
struct Head {
  std::string_view bytes;  // the first bytes (up to 64 KiB), without a UTF-8 byte order mark
  std::string_view name;   // the file's last path component: a hint, never proof
  bool complete = false;   // `bytes` is the whole input

  // The first lines in `bytes`, without ends; a last line that is cut is left out, unless it is the only one.
  std::vector<std::string_view> lines(size_t at_most = 200) const;
};

// How sure a sniffer is. The highest claim wins; two equal ones are an error of the tables, which the tests look for.
enum class Claim : uint8_t {
  No,        // not my format: an answer, never an error
  Fallback,  // it can be read so, if nobody knows better
  Likely,    // the shape fits
  Certain,   // a signature, header or grammar that nothing else has
  Composed,  // several formats one behind the other: stands above whoever claims the first of them
};

// Takes the bytes of one piece of evidence in order and records what they say. Made per piece, used once.
class Reader {
 public:
  virtual ~Reader() = default;
  // The next bytes, in pieces of any size: the same records come out however they are cut.
  virtual void feed(std::string_view bytes) = 0;
  // No more bytes. A last record without its end is recorded here.
  virtual void finish() = 0;
};

struct Decoder {
  std::string_view name;     // "syslog": the file's name, and the evidence's kind
  std::string_view summary;  // "system log lines, RFC 3164 and 5424", for `inquest formats`
  Claim (*sniff)(const Head& head);
  // The sink outlives the reader. Null for a format that is studied instead.
  std::unique_ptr<Reader> (*open)(Sink& sink) = nullptr;
  // For formats in which one follows offsets (dumps, journals, databases): called once, with random access to all of
  // the bytes after they were read through. Both arguments live for the call; so the size of the input costs no memory.
  void (*study)(Sink& sink, model::ByteSource& bytes, uint64_t size) = nullptr;
};

// All decoders, sorted by name: a table generated from the files in decode/formats/.
std::span<const Decoder* const> decoders();

// The decoder with the highest claim, or null. Of equal claims the first by name wins.
const Decoder* choose(const Head& head);

}  // namespace inquest::decode
