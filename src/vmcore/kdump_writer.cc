#include "vmcore/kdump_writer.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include <libdeflate.h>
#include <zstd.h>

#include <fmt/format.h>
#include <lzo/lzo1x.h>
#include <snappy-c.h>

namespace inquest::vmcore {
namespace {

// Bytes in the order of the format: little-endian fields, one behind the other.
class Fields {
 public:
  void text(std::string_view value, size_t width) {
    const size_t count = std::min(value.size(), width - 1);
    bytes(std::as_bytes(std::span(value.data(), count)));
    zeros(width - count);
  }
  void u32(uint64_t value) { number(value, 4); }
  void u64(uint64_t value) { number(value, 8); }
  void bytes(std::span<const std::byte> value) { out_.insert(out_.end(), value.begin(), value.end()); }
  void zeros(size_t count) { out_.resize(out_.size() + count); }
  void pad_to(size_t alignment) { zeros((alignment - out_.size() % alignment) % alignment); }
  size_t size() const { return out_.size(); }
  std::span<const std::byte> view() const { return out_; }

 private:
  void number(uint64_t value, int count) {
    for (int i = 0; i < count; ++i) out_.push_back(static_cast<std::byte>(value >> (8 * i)));
  }
  std::vector<std::byte> out_;
};

std::vector<std::byte> note_segment(const std::vector<ElfNote>& notes) {
  Fields out;
  for (const ElfNote& note : notes) {
    out.u32(note.name.size() + 1);
    out.u32(note.data.size());
    out.u32(note.type);
    out.text(note.name, note.name.size() + 1);
    out.pad_to(4);
    out.bytes(note.data);
    out.pad_to(4);
  }
  return {out.view().begin(), out.view().end()};
}

// The page compressed, where that makes it shorter; nothing where it is stored as it is.
class Compressor {
 public:
  explicit Compressor(PageCodec codec) : codec_(codec) {}

  std::optional<std::span<const std::byte>> operator()(std::span<const std::byte> page) {
    buffer_.resize(2 * page.size() + 1024);
    const size_t size = compress(page);
    if (size == 0 || size >= page.size()) return std::nullopt;
    return std::span<const std::byte>(buffer_).first(size);
  }

 private:
  size_t compress(std::span<const std::byte> page) {
    const auto* const in = reinterpret_cast<const unsigned char*>(page.data());
    auto* const out = reinterpret_cast<unsigned char*>(buffer_.data());
    switch (codec_) {
      case PageCodec::None: return 0;
      case PageCodec::Zlib: {
        constexpr int kBest = 12;
        if (!deflater_) deflater_.reset(libdeflate_alloc_compressor(kBest));
        return deflater_ ? libdeflate_zlib_compress(deflater_.get(), in, page.size(), out, buffer_.size()) : 0;
      }
      case PageCodec::Lzo: {
        lzo_uint size = buffer_.size();
        work_.resize(LZO1X_1_MEM_COMPRESS);
        return lzo1x_1_compress(in, page.size(), out, &size, work_.data()) == LZO_E_OK ? size : 0;
      }
      case PageCodec::Snappy: {
        size_t size = buffer_.size();
        const auto status =
            snappy_compress(reinterpret_cast<const char*>(in), page.size(), reinterpret_cast<char*>(out), &size);
        return status == SNAPPY_OK ? size : 0;
      }
      case PageCodec::Zstd: {
        const size_t size = ZSTD_compress(out, buffer_.size(), in, page.size(), 3);
        return ZSTD_isError(size) != 0 ? 0 : size;
      }
    }
    return 0;
  }

  PageCodec codec_;
  std::vector<std::byte> buffer_;
  std::vector<unsigned char> work_;
  struct Free {
    void operator()(libdeflate_compressor* deflater) const { libdeflate_free_compressor(deflater); }
  };
  std::unique_ptr<libdeflate_compressor, Free> deflater_;
};

struct Layout {
  std::vector<std::byte> notes;
  uint64_t vmcoreinfo_at = 0, vmcoreinfo_size = 0;
  uint64_t sub_header_blocks = 0;
  uint64_t bitmap_blocks = 0;  // of both
  uint64_t descriptors_at = 0, data_at = 0;
};

constexpr size_t kSubHeaderSize = 104;
constexpr size_t kDescriptorSize = 24;

Layout lay_out(const KdumpPlan& plan) {
  const auto blocks = [&plan](uint64_t bytes) { return (bytes + plan.page_size - 1) / plan.page_size; };
  Layout out;
  out.notes = note_segment(plan.notes);
  uint64_t at = plan.page_size + kSubHeaderSize;
  for (const ElfNote& note : plan.notes) {
    const auto padded = [](size_t size) { return (size + 3) / 4 * 4; };
    at += 12 + padded(note.name.size() + 1);
    if (note.name == "VMCOREINFO") {
      out.vmcoreinfo_at = at;
      out.vmcoreinfo_size = note.data.size();
    }
    at += padded(note.data.size());
  }
  out.sub_header_blocks = blocks(kSubHeaderSize + out.notes.size());
  out.bitmap_blocks = 2 * blocks((plan.end_pfn + 7) / 8);
  out.descriptors_at = (1 + out.sub_header_blocks + out.bitmap_blocks) * plan.page_size;
  out.data_at = out.descriptors_at + plan.pages.size() * kDescriptorSize;
  return out;
}

Fields headers(const KdumpPlan& plan, const Layout& layout) {
  constexpr size_t kUtsField = 65;
  constexpr std::string_view kSignature = "KDUMP   ";
  Fields head;
  head.bytes(std::as_bytes(std::span(kSignature)));
  head.u32(6);
  for (const std::string* field : {&plan.sysname, &plan.nodename, &plan.release, &plan.version, &plan.machine}) {
    head.text(*field, kUtsField);
  }
  head.text("(none)", kUtsField);
  head.pad_to(8);
  head.u64(static_cast<uint64_t>(plan.timestamp));
  head.u64(0);
  head.u32(static_cast<uint32_t>(plan.codec));
  head.u32(plan.page_size);
  head.u32(layout.sub_header_blocks);
  head.u32(layout.bitmap_blocks);
  head.u32(std::min<uint64_t>(plan.end_pfn, UINT32_MAX));
  head.u32(0);
  head.u32(0);
  head.u32(0);
  head.u32(0);
  head.u32(plan.cpus);
  head.pad_to(plan.page_size);

  const uint64_t notes_at = head.size() + kSubHeaderSize;
  head.u64(static_cast<uint64_t>(plan.phys_base));
  head.u32(static_cast<uint32_t>(plan.dump_level));
  head.u32(plan.split ? 1 : 0);
  head.u64(plan.split_first);
  head.u64(plan.split_end);
  head.u64(layout.vmcoreinfo_at);
  head.u64(layout.vmcoreinfo_size);
  head.u64(notes_at);
  head.u64(layout.notes.size());
  head.u64(0);
  head.u64(0);
  head.u64(plan.split_first);
  head.u64(plan.split_end);
  head.u64(plan.end_pfn);
  head.bytes(layout.notes);
  head.pad_to(plan.page_size);
  return head;
}

Result<void> write_bitmaps(const KdumpPlan& plan, const Layout& layout, const WriteBytes& write) {
  std::vector<std::byte> bits(static_cast<size_t>(layout.bitmap_blocks / 2 * plan.page_size));
  const auto set = [&bits](uint64_t pfn) { bits[pfn / 8] |= std::byte{1} << (pfn % 8); };
  for (uint64_t pfn = 0; pfn < plan.end_pfn; ++pfn) {
    if (plan.is_memory(pfn)) set(pfn);
  }
  for (const uint64_t pfn : plan.pages) set(pfn);  // what is stored was memory, whatever the map says
  if (auto done = write(bits); !done) return done;
  std::ranges::fill(bits, std::byte{0});
  for (const uint64_t pfn : plan.pages) set(pfn);
  return write(bits);
}

bool all_zero(std::span<const std::byte> page) {
  return std::ranges::all_of(page, [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace

Result<void> write_kdump(const KdumpPlan& plan, const LoadPage& load, const WriteBytes& write) {
  constexpr uint64_t kMaxPages = uint64_t{1} << 31;  // 8 TiB, of which the bitmaps are 512 MiB
  if (plan.end_pfn > kMaxPages || (!plan.pages.empty() && plan.pages.back() >= plan.end_pfn)) {
    return fail(ErrorCode::Limit, fmt::format("{} pages of memory", plan.end_pfn));
  }
  const Layout layout = lay_out(plan);
  if (auto done = write(headers(plan, layout).view()); !done) return done;
  if (auto done = write_bitmaps(plan, layout, write); !done) return done;

  std::vector<std::byte> page(plan.page_size);
  Compressor compress(plan.codec);
  Fields descriptors;
  uint64_t at = layout.data_at;
  uint64_t zero_at = 0;
  uint64_t zero_size = 0;
  uint64_t zero_flags = 0;
  for (const uint64_t pfn : plan.pages) {
    if (auto done = load(pfn, page); !done) return done;
    const bool zero = all_zero(page);
    const auto packed = compress(page);
    const uint64_t size = packed ? packed->size() : plan.page_size;
    const uint64_t flags = packed ? static_cast<uint32_t>(plan.codec) : 0;
    if (zero && zero_at == 0) {
      zero_at = at;
      zero_size = size;
      zero_flags = flags;
      at += size;
    }
    descriptors.u64(zero ? zero_at : at);
    descriptors.u32(zero ? zero_size : size);
    descriptors.u32(zero ? zero_flags : flags);
    descriptors.u64(0);
    if (!zero) at += size;
  }
  if (auto done = write(descriptors.view()); !done) return done;

  bool zero_written = false;
  for (const uint64_t pfn : plan.pages) {
    if (auto done = load(pfn, page); !done) return done;
    if (all_zero(page) && std::exchange(zero_written, true)) continue;
    const auto packed = compress(page);
    if (auto done = write(packed ? *packed : std::span<const std::byte>(page)); !done) return done;
  }
  return {};
}

}  // namespace inquest::vmcore
