#include "vmcore/block_devices.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "vmcore/block_requests.h"
#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMaxInodes = 200'000;
constexpr uint64_t kSector = 512;

class Reader {
 public:
  explicit Reader(Kernel& kernel) : kernel_(kernel), clock_(read_kernel_clock(kernel)) {}

  BlockDevices read() {
    for (const VirtAddr disk : disks()) read_disk(kernel_.object("gendisk", disk));
    std::ranges::stable_sort(out_.devices, {}, &BlockDevice::name);
    return std::move(out_);
  }

 private:
  // Each block device, partitions too, has an inode in a file system of their own.
  std::vector<VirtAddr> disks() {
    std::vector<VirtAddr> out;
    const auto pointer = kernel_.symbol("blockdev_superblock");
    const Types& types = kernel_.types();
    const auto head = types.offset("super_block", "s_inodes");
    const auto link = types.offset("inode", "i_sb_list");
    const auto inode = types.offset("bdev_inode", "vfs_inode");
    const auto device = types.offset("bdev_inode", "bdev");
    if (!pointer || !head || !link || !inode || !device) {
      out_.problems.emplace_back("this kernel's block devices are not found");
      return out;
    }
    const auto super = kernel_.space().pointer(*pointer);
    if (!super || super->null()) {
      out_.problems.push_back(super ? "there is no list of block devices" : "block devices: " + super.error().text());
      return out;
    }
    const Walk walk = walk_list_of(kernel_.space(), *super + *head, *link, kMaxInodes);
    if (!walk.complete()) out_.problems.push_back("block devices: " + walk.problem);
    std::unordered_set<uint64_t> seen;
    for (const VirtAddr one : walk.found) {
      const auto disk = kernel_.object("block_device", one - *inode + *device).pointer("bd_disk");
      if (disk && !disk->null() && seen.insert(disk->value).second) out.push_back(*disk);
    }
    return out;
  }

  void read_disk(const Object& disk) {
    BlockDevice out;
    out.disk = disk.address();
    const auto name = disk.string("disk_name");
    if (!name) {
      out_.problems.push_back(fmt::format("disk at {:#x}: {}", out.disk.value, name.error().text()));
      return;
    }
    out.name = *name;
    out.major = static_cast<uint32_t>(disk.number_or("major", 0));
    out.minor = static_cast<uint32_t>(disk.number_or("first_minor", 0));
    read_whole(disk, out);
    out.driver = driver_of(disk);
    if (const auto queue = disk.follow("queue")) read_queue(*queue, out);
    out_.devices.push_back(std::move(out));
  }

  // Size and statistics are those of partition 0: a block_device since v5.11, an hd_struct inside of the disk before.
  void read_whole(const Object& disk, BlockDevice& out) {
    auto whole = disk.at("part0");
    if (whole && whole->info().kind == TypeKind::Pointer) whole = whole->follow();
    if (!whole) return;
    const auto sectors = whole->number(whole->has("nr_sects") ? "nr_sects" : "bd_nr_sectors");
    out.bytes = sectors ? *sectors * kSector : whole->number_or("bd_inode->i_size", 0);
    out.read_only = whole->number_or(whole->has("bd_read_only") ? "bd_read_only" : "policy", 0) != 0;
    const auto stats = whole->pointer(whole->has("bd_stats") ? "bd_stats" : "dkstats");
    const auto counters = kernel_.types().offset("disk_stats", "in_flight");
    if (!stats || !counters) return;
    for (const uint32_t cpu : kernel_.possible_cpus()) {
      const auto place = kernel_.per_cpu(*stats, cpu);
      if (!place) continue;
      out.reads_in_flight += kernel_.space().number<int32_t>(*place + *counters).value_or(0);
      out.writes_in_flight += kernel_.space().number<int32_t>(*place + *counters + 8).value_or(0);
    }
  }

  std::string driver_of(const Object& disk) {
    const auto operations = disk.follow("fops");
    if (!operations) return {};
    if (const auto owner = operations->follow("owner")) return owner->string("name", 64).value_or("");
    // Built in: the operations have a name, which says as much ("sd_fops").
    const Kallsyms* symbols = kernel_.symbols();
    const auto symbol = symbols != nullptr ? symbols->at(operations->address()) : std::nullopt;
    return symbol && symbol->address == operations->address() ? symbol->name : std::string();
  }

  void read_queue(const Object& queue, BlockDevice& out) {
    out.queue = queue.address();
    out.hardware_queues = static_cast<uint32_t>(queue.number_or("nr_hw_queues", 0));
    out.frozen = queue.number_or("mq_freeze_depth", 0) != 0;
    out.quiesced = queue.number_or("quiesce_depth", 0) != 0;
    if (const auto elevator = queue.follow("elevator")) {
      if (const auto type = elevator->follow("type")) out.scheduler = type->string("elevator_name").value_or("");
    }
    if (queue.number_or("mq_ops", 0) == 0) {
      if (queue.number_or("request_fn", 0) != 0) {
        out_.problems.push_back(
            fmt::format("{}: its requests are those of the single-queue block layer, and not shown", out.name));
      }
      return;
    }
    out.requests = read_block_requests(kernel_, queue, clock_, budget_, out_.problems);
    // The statistics of such a queue do not count what is under way.
    out.reads_in_flight = out.writes_in_flight = 0;
    for (const BlockRequest& one : out.requests) {
      if (one.state != RequestState::InFlight) continue;
      ++(one.operation == "read" ? out.reads_in_flight : out.writes_in_flight);
    }
  }

  Kernel& kernel_;
  KernelClock clock_;
  RequestBudget budget_;
  BlockDevices out_;
};

}  // namespace

BlockDevices read_block_devices(Kernel& kernel) { return Reader(kernel).read(); }

std::string_view request_state_words(RequestState state) {
  switch (state) {
    case RequestState::Waiting: return "waiting";
    case RequestState::InFlight: return "in flight";
    case RequestState::Completed: return "completed";
  }
  return "?";
}

}  // namespace inquest::vmcore
