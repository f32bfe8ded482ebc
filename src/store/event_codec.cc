#include "store/event_codec.h"

#include <memory>

#include <zstd.h>

#include "store/varint.h"

namespace inquest::store {
namespace {

std::unexpected<Error> malformed() { return fail(ErrorCode::Malformed, "a batch is damaged"); }

void put_fields(std::string& out, const EventFields& fields) {
  put_varint(out, fields.size());
  for (const auto& [name, value] : fields) {
    put_bytes(out, name);
    put_bytes(out, value);
  }
}

void get_fields(Unpacker& in, EventFields& out) {
  for (uint64_t count = in.varint(); count > 0 && in.ok(); --count) {
    const std::string_view name = in.bytes();
    out.emplace_back(name, in.bytes());
  }
}

}  // namespace

std::string pack_events(const std::vector<Event>& events) {
  size_t size = 0;
  for (const Event& event : events) {
    size += event.host.size() + event.source.size() + event.ident.size() + event.message.size() + 32;
    for (const auto& [name, value] : event.fields) size += name.size() + value.size() + 2;
  }
  std::string out;
  out.reserve(size);
  for (const Event& event : events) {
    put_varint(out, zigzag(event.time));
    put_varint(out, zigzag(static_cast<Ns>(static_cast<uint64_t>(event.received) - static_cast<uint64_t>(event.time))));
    put_bytes(out, event.host);
    put_bytes(out, event.source);
    put_bytes(out, event.ident);
    out.push_back(static_cast<char>(event.severity));
    put_bytes(out, event.message);
    put_fields(out, event.fields);
  }
  return out;
}

Result<std::vector<Event>> unpack_events(std::string_view bytes) {
  std::vector<Event> out;
  Unpacker in(bytes);
  while (!in.at_end()) {
    Event& event = out.emplace_back();
    event.time = in.signed_varint();
    event.received = static_cast<Ns>(static_cast<uint64_t>(in.signed_varint()) + static_cast<uint64_t>(event.time));
    event.host = in.bytes();
    event.source = in.bytes();
    event.ident = in.bytes();
    event.severity = in.byte();
    event.message = in.bytes();
    get_fields(in, event.fields);
    if (!in.ok()) return malformed();
  }
  return out;
}

std::string pack_fields(const EventFields& fields) {
  std::string out;
  if (!fields.empty()) put_fields(out, fields);
  return out;
}

Result<EventFields> unpack_fields(std::string_view bytes) {
  EventFields out;
  if (bytes.empty()) return out;
  Unpacker in(bytes);
  get_fields(in, out);
  if (!in.ok()) return malformed();
  return out;
}

std::string compress(std::string_view plain, int level) {
  // One per thread: its tables cost more to make than a batch to pack.
  thread_local const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string out(ZSTD_compressBound(plain.size()), '\0');
  const size_t size = ZSTD_compress2(context.get(), out.data(), out.size(), plain.data(), plain.size());
  out.resize(ZSTD_isError(size) != 0 ? 0 : size);
  return out;
}

Result<std::string> decompress(std::string_view frame, uint64_t limit) {
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > limit) return malformed();
  std::string out(size, '\0');
  const size_t got = ZSTD_decompress(out.data(), out.size(), frame.data(), frame.size());
  if (ZSTD_isError(got) != 0 || got != size) return malformed();
  return out;
}

}  // namespace inquest::store
