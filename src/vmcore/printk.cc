#include "vmcore/printk.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace inquest::vmcore {
namespace {

constexpr uint32_t kMaxBits = 30;  // of either ring: 1 GiB of text
constexpr uint64_t kMaxRecords = 1 << 24;
constexpr size_t kMaxProblems = 8;

void complain(KernelLog& log, std::string problem) {
  ++log.lost;
  if (log.problems.size() < kMaxProblems) log.problems.push_back(std::move(problem));
}

// Offsets and sizes, each of which must be there.
class Layout {
 public:
  explicit Layout(const VmcoreInfo& info) : info_(info) {}
  uint64_t offset(std::string_view name) { return take(info_.offset(name)); }
  uint64_t size(std::string_view name) { return take(info_.size(name)); }
  bool complete() const { return complete_; }

 private:
  uint64_t take(std::optional<uint64_t> value) {
    if (!value || *value > 65536) complete_ = false;
    return value.value_or(0);
  }
  const VmcoreInfo& info_;
  bool complete_ = true;
};

template <class T>
T number_at(std::span<const std::byte> bytes, uint64_t offset) {
  T value{};
  if (offset <= bytes.size() && bytes.size() - offset >= sizeof(T))
    std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

class Ring {
 public:
  Ring(AddressSpace& space, const VmcoreInfo& info) : space_(space), layout_(info) {
    desc_ring_ = layout_.offset("printk_ringbuffer.desc_ring");
    text_ring_ = layout_.offset("printk_ringbuffer.text_data_ring");
    count_bits_ = layout_.offset("prb_desc_ring.count_bits");
    descs_ = layout_.offset("prb_desc_ring.descs");
    infos_ = layout_.offset("prb_desc_ring.infos");
    head_id_ = layout_.offset("prb_desc_ring.head_id");
    tail_id_ = layout_.offset("prb_desc_ring.tail_id");
    desc_size_ = layout_.size("prb_desc");
    state_ = layout_.offset("prb_desc.state_var");
    lpos_ = layout_.offset("prb_desc.text_blk_lpos");
    begin_ = layout_.offset("prb_data_blk_lpos.begin");
    next_ = layout_.offset("prb_data_blk_lpos.next");
    info_size_ = layout_.size("printk_info");
    time_ = layout_.offset("printk_info.ts_nsec");
    length_ = layout_.offset("printk_info.text_len");
    caller_ = layout_.offset("printk_info.caller_id");
    size_bits_ = layout_.offset("prb_data_ring.size_bits");
    data_ = layout_.offset("prb_data_ring.data");
  }

  Result<KernelLog> read(VirtAddr prb) {
    if (!layout_.complete())
      return fail(ErrorCode::Malformed, "VMCOREINFO does not describe the printk ring buffer whole");
    const auto ring = space_.pointer(prb);
    if (!ring) return fail(ring.error());
    const VirtAddr descriptors = *ring + desc_ring_;
    const VirtAddr texts = *ring + text_ring_;
    const auto count_bits = space_.u32(descriptors + count_bits_);
    const auto descs = space_.pointer(descriptors + descs_);
    const auto infos = space_.pointer(descriptors + infos_);
    const auto head = space_.u64(descriptors + head_id_);
    const auto tail = space_.u64(descriptors + tail_id_);
    const auto size_bits = space_.u32(texts + size_bits_);
    const auto data = space_.pointer(texts + data_);
    if (!count_bits || !descs || !infos || !head || !tail || !size_bits || !data) {
      return fail(ErrorCode::NotFound, fmt::format("the printk ring buffer at {:#x} cannot be read", ring->value));
    }
    if (*count_bits > kMaxBits || *size_bits > kMaxBits) {
      return fail(ErrorCode::Malformed,
                  fmt::format("the printk ring buffer at {:#x} has impossible sizes", ring->value));
    }
    count_mask_ = (uint64_t{1} << *count_bits) - 1;
    size_mask_ = (uint64_t{1} << *size_bits) - 1;
    descriptors_at_ = *descs;
    infos_at_ = *infos;
    data_at_ = *data;

    KernelLog out;
    // Ids wrap below the two bits of state in the same word.
    constexpr uint64_t kIds = (uint64_t{1} << 62) - 1;
    uint64_t id = *tail & kIds;
    for (uint64_t i = 0; i <= std::min(count_mask_, kMaxRecords); ++i) {
      record(id, out);
      if (id == (*head & kIds)) break;
      id = (id + 1) & kIds;
    }
    return out;
  }

 private:
  void record(uint64_t id, KernelLog& out) {
    const VirtAddr desc_at = descriptors_at_ + (id & count_mask_) * desc_size_;
    const VirtAddr info_at = infos_at_ + (id & count_mask_) * info_size_;
    const auto desc = space_.bytes(desc_at, desc_size_);
    const auto info = space_.bytes(info_at, info_size_);
    if (!desc || !info) return complain(out, (desc ? info.error() : desc.error()).text());
    enum : uint64_t { kReserved, kCommitted, kFinalized, kReusable };
    const auto state = number_at<uint64_t>(*desc, state_);
    if ((state >> 62) != kCommitted && (state >> 62) != kFinalized) return;  // being written, or free
    LogRecord one;
    one.time_ns = number_at<uint64_t>(*info, time_);
    one.caller = number_at<uint32_t>(*info, caller_);
    // { u16 text_len; u8 facility; u8 flags:5, level:3; u32 caller_id; }: only two of these are in VMCOREINFO.
    if (caller_ == length_ + 4) one.level = number_at<uint8_t>(*info, length_ + 3) >> 5;
    const auto begin = number_at<uint64_t>(*desc, lpos_ + begin_);
    const auto next = number_at<uint64_t>(*desc, lpos_ + next_);
    uint64_t length = number_at<uint16_t>(*info, length_);
    // Odd positions mean that there is no text: an empty line, or one that found no room.
    if ((begin & 1) == 0 && length != 0) {
      const uint64_t at = begin / (size_mask_ + 1) == (next - 1) / (size_mask_ + 1) ? begin & size_mask_ : 0;
      const uint64_t room = at == 0 && (begin & size_mask_) != 0 ? next & size_mask_ : next - begin;
      constexpr uint64_t kId = 8;  // a block begins with its record's id
      if (room < kId || room > size_mask_ + 1 || at + room > size_mask_ + 1) {
        return complain(out, fmt::format("the record at {:#x} has no text in the buffer", desc_at.value));
      }
      length = std::min(length, room - kId);
      one.text.resize(length);
      if (auto done = space_.read(data_at_ + at + kId, std::as_writable_bytes(std::span(one.text))); !done) {
        return complain(out, done.error().text());
      }
    }
    out.records.push_back(std::move(one));
  }

  AddressSpace& space_;
  Layout layout_;
  uint64_t desc_ring_, text_ring_, count_bits_, descs_, infos_, head_id_, tail_id_, desc_size_, state_, lpos_, begin_,
      next_, info_size_, time_, length_, caller_, size_bits_, data_;
  uint64_t count_mask_ = 0, size_mask_ = 0;
  VirtAddr descriptors_at_, infos_at_, data_at_;
};

// struct printk_log (struct log before v3.11): a header with its own length, the text behind it. A length of zero
// means that the next record is at the start of the buffer.
Result<KernelLog> read_records(AddressSpace& space, const VmcoreInfo& info, VirtAddr buffer, uint64_t length,
                               std::string_view type) {
  Layout layout(info);
  const uint64_t header = layout.size(type);
  const uint64_t time = layout.offset(fmt::format("{}.ts_nsec", type));
  const uint64_t record_length = layout.offset(fmt::format("{}.len", type));
  const uint64_t text_length = layout.offset(fmt::format("{}.text_len", type));
  const auto first = info.symbol("log_first_idx");
  const auto next = info.symbol("log_next_idx");
  if (!layout.complete() || !first || !next)
    return fail(ErrorCode::Malformed, "VMCOREINFO does not describe the log whole");
  const auto start = space.u32(*first);
  const auto end = space.u32(*next);
  if (!start || !end) return fail(ErrorCode::NotFound, "the bounds of the log cannot be read");
  KernelLog out;
  uint64_t at = *start;
  bool wrapped = false;
  for (uint64_t i = 0; i < kMaxRecords && at != *end; ++i) {
    const auto head = at + header <= length ? space.bytes(buffer + at, header) : Result<std::vector<std::byte>>();
    if (!head || head->empty()) {
      complain(out, fmt::format("the log cannot be read on at {:#x}", (buffer + at).value));
      break;
    }
    const uint64_t size = number_at<uint16_t>(*head, record_length);
    if (size == 0) {
      if (wrapped) break;
      wrapped = true;
      at = 0;
      continue;
    }
    LogRecord one;
    one.time_ns = number_at<uint64_t>(*head, time);
    // { u16 dict_len; u8 facility; u8 flags:5, level:3; } end the header.
    one.level = number_at<uint8_t>(*head, text_length + 5) >> 5;
    one.text.resize(std::min<uint64_t>(number_at<uint16_t>(*head, text_length), size));
    if (auto done = space.read(buffer + at + header, std::as_writable_bytes(std::span(one.text))); !done) {
      complain(out, done.error().text());
    } else {
      out.records.push_back(std::move(one));
    }
    at += size;
  }
  return out;
}

}  // namespace

Result<KernelLog> read_log(AddressSpace& space, const VmcoreInfo& info) {
  if (const auto prb = info.symbol("prb")) return Ring(space, info).read(*prb);
  const auto buffer = info.symbol("log_buf");
  const auto length = info.symbol("log_buf_len");
  if (!buffer || !length) return fail(ErrorCode::NotFound, "VMCOREINFO does not say where the kernel's log is");
  const auto start = space.pointer(*buffer);
  const auto size = space.u32(*length);
  if (!start || !size) return fail(ErrorCode::NotFound, "the address of the kernel's log cannot be read");
  for (const std::string_view type : {"printk_log", "log"}) {
    if (info.size(type)) return read_records(space, info, *start, *size, type);
  }
  return fail(ErrorCode::Unsupported, "the kernel's log is plain text of a kernel before v3.5");
}

std::string caller_text(uint32_t caller) {
  return fmt::format("{}{}", (caller & 0x80000000) != 0 ? 'C' : 'T', caller & 0x7fffffff);
}

std::string log_line(const LogRecord& record, bool with_caller) {
  std::string out = fmt::format("[{:5}.{:06}] ", record.time_ns / 1'000'000'000, record.time_ns % 1'000'000'000 / 1000);
  if (with_caller && record.caller) out += fmt::format("[{:>6}] ", caller_text(*record.caller));
  for (const char c : record.text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool space = c == ' ' || (byte >= 9 && byte <= 13);
    if (space || (byte > 0x20 && byte < 0x7f)) {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", byte);
    }
  }
  out += '\n';
  return out;
}

}  // namespace inquest::vmcore
