// Source: block/blk-mq.c, block/blk-mq-tag.c, include/linux/sbitmap.h.
#include "vmcore/block_requests.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.h"
#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMaxQueues = 8192;
constexpr uint64_t kMaxWords = 1 << 16;    // of one bitmap
constexpr uint64_t kOperationMask = 0xff;  // REQ_OP_MASK
constexpr std::string_view kOperationPrefix = "REQ_OP_";

// By the enum's names, for the numbers have changed.
std::string operation_of(const Types& types, uint64_t flags) {
  for (const std::string_view name : {"enum req_op", "enum req_opf"}) {  // renamed in v6.0
    const Type type = types.find(name);
    if (!type) continue;
    for (const Enumerator& one : type.source->enumerators(type.id)) {
      if (one.value != static_cast<int64_t>(flags & kOperationMask) || !one.name.starts_with(kOperationPrefix))
        continue;
      std::string words = lower(std::string_view(one.name).substr(kOperationPrefix.size()));
      std::ranges::replace(words, '_', ' ');
      return words;
    }
    break;
  }
  return fmt::format("operation {}", flags & kOperationMask);
}

class Reader {
 public:
  Reader(Kernel& kernel, const Object& queue, const KernelClock& clock, RequestBudget& budget,
         std::vector<std::string>& problems)
      : kernel_(kernel), queue_(queue), clock_(clock), budget_(budget), problems_(problems) {}

  std::vector<BlockRequest> read() {
    for (const VirtAddr address : hardware_queues()) {
      const Object hctx = kernel_.object("blk_mq_hw_ctx", address);
      const auto number = static_cast<uint32_t>(hctx.number_or("queue_num", 0));
      // With a scheduler a request has a tag of the scheduler's all its life, and one of the driver's when it is
      // issued.
      if (const auto tags = hctx.follow("sched_tags")) read_tags(*tags, "static_rqs", number);
      if (const auto tags = hctx.follow("tags")) read_tags(*tags, "rqs", number);
    }
    std::ranges::stable_sort(out_, std::greater(), [](const BlockRequest& one) { return one.age_ns.value_or(-1); });
    return std::move(out_);
  }

 private:
  // An xarray since v5.18, an array of pointers before.
  std::vector<VirtAddr> hardware_queues() {
    std::vector<VirtAddr> out;
    if (const auto table = queue_.at("hctx_table")) {
      const IndexedWalk walk = walk_xarray(kernel_.space(), kernel_.types(), table->address(), kMaxQueues);
      if (!walk.complete()) problem("its hardware queues: " + walk.problem);
      for (const IndexedEntry& one : walk.found) out.push_back(one.value);
      return out;
    }
    const auto table = queue_.pointer("queue_hw_ctx");
    const uint64_t count = std::min<uint64_t>(queue_.number_or("nr_hw_queues", 0), kMaxQueues);
    for (uint64_t i = 0; table && i < count; ++i) {
      const auto one = kernel_.space().pointer(*table + i * 8);
      if (!one) {
        problem("its hardware queues: " + one.error().text());
        break;
      }
      if (!one->null()) out.push_back(*one);
    }
    return out;
  }

  void problem(const std::string& text) {
    problems_.push_back(fmt::format("request queue at {:#x}: {}", queue_.address().value, text));
  }

  void read_tags(const Object& tags, std::string_view requests, uint32_t number) {
    const auto table = tags.pointer(requests);
    if (!table || table->null()) return;
    const uint64_t reserved = tags.number_or("nr_reserved_tags", 0);
    for (const auto& [name, first] :
         {std::pair<std::string_view, uint64_t>{"bitmap_tags", reserved}, {"breserved_tags", 0}}) {
      auto bitmap = tags.at(name);
      // A pointer from v5.10 to v5.15.
      if (bitmap && bitmap->info().kind == TypeKind::Pointer) bitmap = bitmap->follow();
      const auto bits = bitmap ? bitmap->at("sb") : bitmap;
      if (!bits) continue;
      for (const uint64_t bit : set_bits(*bits, tags.number_or("nr_tags", 0))) {
        const auto request = kernel_.space().pointer(*table + (first + bit) * 8);
        if (!request) {
          problem(fmt::format("tag {}: {}", first + bit, request.error().text()));
          continue;
        }
        if (!request->null()) read_request(kernel_.object("request", *request), number);
      }
    }
  }

  // Of an sbitmap: bits that are set, and not among those that were given back in bulk (v5.0).
  std::vector<uint64_t> set_bits(const Object& bitmap, uint64_t most) {
    std::vector<uint64_t> out;
    const uint64_t depth = std::min(bitmap.number_or("depth", 0), most);
    const uint64_t shift = bitmap.number_or("shift", 6);
    const uint64_t words = std::min(bitmap.number_or("map_nr", 0), kMaxWords);
    if (shift > 6) return out;
    for (uint64_t i = 0; i < words && (i << shift) < depth; ++i) {
      if (budget_.tags < uint64_t{1} << shift) {
        problem("a bitmap of tags: there are too many");
        break;
      }
      budget_.tags -= uint64_t{1} << shift;
      const auto word = bitmap.at("map").value_or(Object()).element(i);
      const auto bits = word ? word->number("word") : Result<uint64_t>(fail(word.error()));
      if (!bits) {
        problem("a bitmap of tags: " + bits.error().text());
        break;
      }
      const uint64_t given = *bits & ~word->number_or("cleared", 0);
      for (uint64_t bit = 0; bit < uint64_t{1} << shift && (i << shift) + bit < depth; ++bit) {
        if ((given >> bit & 1) != 0) out.push_back((i << shift) + bit);
      }
    }
    return out;
  }

  std::optional<int64_t> since(uint64_t when) const {
    if (when == 0 || !clock_.monotonic_ns) return std::nullopt;
    return static_cast<int64_t>(static_cast<uint64_t>(*clock_.monotonic_ns) - when);
  }

  void read_request(const Object& request, uint32_t number) {
    // Tags may be shared by several queues, and a tag that was just given out may still show who had it before.
    const auto owner = request.pointer("q");
    if (!owner || *owner != queue_.address() || budget_.requests == 0) return;
    if (request.has("ref") && request.number_or("ref", 0) == 0) return;
    if (!seen_.insert(request.address().value).second) return;
    --budget_.requests;
    BlockRequest out;
    out.address = request.address();
    out.queue = number;
    out.tag = static_cast<int32_t>(request.signed_number("tag").value_or(-1));
    out.operation = operation_of(kernel_.types(), request.number_or("cmd_flags", 0));
    out.sector = request.number_or("__sector", 0);
    out.bytes = request.number_or("__data_len", 0);
    switch (request.number_or("state", 0)) {
      case 0: out.state = RequestState::Waiting; break;
      case 1: out.state = RequestState::InFlight; break;
      default: out.state = RequestState::Completed; break;
    }
    out.age_ns = since(request.number_or("start_time_ns", 0));
    out.issued_age_ns =
        out.state == RequestState::Waiting ? std::nullopt : since(request.number_or("io_start_time_ns", 0));
    const auto deadline = request.number("deadline");
    if (deadline && out.state == RequestState::InFlight && clock_.jiffies && clock_.hz) {
      const auto jiffies = static_cast<double>(static_cast<int64_t>(*deadline - *clock_.jiffies));
      out.timeout_in_ns = static_cast<int64_t>(std::clamp(jiffies / *clock_.hz, -9e9, 9e9) * 1e9);
    }
    if (const auto part = request.follow("part")) {
      out.partition = part->string(part->has("bd_device") ? "bd_device.kobj.name" : "__dev.kobj.name", 64).value_or("");
    }
    out_.push_back(std::move(out));
  }

  Kernel& kernel_;
  const Object& queue_;
  const KernelClock& clock_;
  RequestBudget& budget_;
  std::vector<std::string>& problems_;
  std::unordered_set<uint64_t> seen_;
  std::vector<BlockRequest> out_;
};

}  // namespace

std::vector<BlockRequest> read_block_requests(Kernel& kernel, const Object& queue, const KernelClock& clock,
                                              RequestBudget& budget, std::vector<std::string>& problems) {
  return Reader(kernel, queue, clock, budget, problems).read();
}

}  // namespace inquest::vmcore
