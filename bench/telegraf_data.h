// What hosts with Telegraf's default inputs send every ten seconds: 21 lines, 174 values a host, as its InfluxDB output
// writes them. The same arguments give the same bytes on every machine.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/time.h"

namespace inquest::bench {

inline constexpr uint64_t kLinesPerHost = 21;
inline constexpr uint64_t kValuesPerHost = 174;
inline constexpr Ns kTelegrafInterval = 10 * kSecond;

class TelegrafHost {
 public:
  explicit TelegrafHost(int number) : state_(0x9E3779B97F4A7C15U * static_cast<uint64_t>(number + 1)) {
    name_ = fmt::format("host-{:04}.example.com", number);
    for (int i = 0; i < 20; ++i) (void)random();
    uptime_ = 86'400 + random() % 10'000'000;
    load_ = 0.05 + static_cast<double>(random() % 300) / 100;
    memory_ = uint64_t{16 + 16 * (random() % 4)} << 30;
    used_ = memory_ / 4;
    for (uint64_t& counter : counters_) counter = random() % 100'000'000;
    for (uint64_t& used : disk_used_) used = (random() % 400) << 28;
  }

  // Adds the host's lines of that moment; call with moments in order.
  void append(std::string& out, Ns time) {
    uptime_ += 10;
    load_ = std::clamp(load_ + (static_cast<double>(random() % 21) - 10) / 100, 0.0, 20.0);
    used_ = std::clamp<uint64_t>(used_ + (random() % 4000) * 4096 - 2000 * 4096, memory_ / 8, memory_ * 7 / 8);
    std::vector<uint64_t> all(7);
    std::vector<std::vector<uint64_t>> cpus;
    for (int cpu = 0; cpu < 4; ++cpu) {
      const uint64_t user = static_cast<uint64_t>(load_ * 8) + random() % 12;
      std::vector<uint64_t> one = {
          user, user / 3 + random() % 6, random() % 8 == 0 ? random() % 4 : 0, 0, 0, random() % 3 == 0 ? 1U : 0U, 0};
      for (size_t i = 0; i < all.size(); ++i) all[i] += one[i];
      cpus.push_back(std::move(one));
    }
    cpus.push_back(all);
    for (size_t cpu = 0; cpu < cpus.size(); ++cpu) {
      const uint64_t total = (cpu == 4 ? 4000 : 1000) + random() % 3;
      const auto share = [&](size_t i) { return 100 * static_cast<double>(cpus[cpu][i]) / static_cast<double>(total); };
      uint64_t busy = 0;
      for (const uint64_t part : cpus[cpu]) busy += part;
      const double idle = 100 * static_cast<double>(total - std::min(total, busy)) / static_cast<double>(total);
      add(out,
          "cpu,cpu={},host={} "
          "usage_guest=0,usage_guest_nice=0,usage_idle={},usage_iowait={},usage_irq={},usage_nice={},"
          "usage_softirq={},usage_steal={},usage_system={},usage_user={} {}\n",
          cpu == 4 ? "cpu-total" : fmt::format("cpu{}", cpu), name_, idle, share(2), share(3), share(4), share(5),
          share(6), share(1), share(0), time);
    }
    for (size_t disk = 0; disk < 3; ++disk) {
      if (random() % 3 == 0) disk_used_[disk] += (random() % 64) * 4096;
      const uint64_t size = uint64_t{120} << 30;
      const uint64_t used = disk_used_[disk] % size;
      add(out,
          "disk,device=sda{0},fstype=ext4,host={1},mode=rw,path=/mnt/{0} "
          "free={2}i,inodes_free={3}i,inodes_total=7864320i,"
          "inodes_used={4}i,total={5}i,used={6}i,used_percent={7} {8}\n",
          disk, name_, size - used, 7864320 - used / 131072, used / 131072, size, used,
          100 * static_cast<double>(used) / static_cast<double>(size), time);
      const bool active = random() % 2 == 0;
      const uint64_t writes = active ? random() % 60 : 0;
      const uint64_t reads = random() % 8 == 0 ? random() % 20 : 0;
      uint64_t* c = &counters_[disk * 6];
      c[0] += reads;
      c[1] += writes;
      c[2] += reads * 16384;
      c[3] += writes * 4096 * (1 + random() % 4);
      c[4] += reads / 2;
      c[5] += writes * 2 / 3;
      add(out,
          "diskio,host={},name=sda{} io_time={}i,iops_in_progress=0i,merged_reads={}i,merged_writes={}i,read_bytes={}i,"
          "read_time={}i,reads={}i,weighted_io_time={}i,write_bytes={}i,write_time={}i,writes={}i {}\n",
          name_, disk, c[4] + c[5] / 2, c[0] / 9, c[1] / 3, c[2], c[4], c[0], c[4] + c[5], c[3], c[5], c[1], time);
    }
    uint64_t* k = &counters_[18];
    k[0] += 20'000 + random() % 9'000;
    k[1] += 11'000 + random() % 5'000;
    k[2] += random() % 9;
    add(out,
        "kernel,host={} "
        "boot_time=1767000000i,context_switches={}i,entropy_avail=256i,interrupts={}i,processes_forked={}i "
        "{}\n",
        name_, k[0], k[1], k[2], time);
    append_memory(out, time);
    for (size_t net = 0; net < 2; ++net) {
      uint64_t* n = &counters_[22 + net * 4];
      const uint64_t in = random() % 900;
      const uint64_t sent = random() % 700;
      n[0] += in;
      n[1] += sent;
      n[2] += in * (60 + random() % 900);
      n[3] += sent * (60 + random() % 1200);
      add(out,
          "net,host={},interface=eth{} bytes_recv={}i,bytes_sent={}i,drop_in=0i,drop_out=0i,err_in=0i,err_out=0i,"
          "packets_recv={}i,packets_sent={}i {}\n",
          name_, net, n[2], n[3], n[0], n[1], time);
    }
    const uint64_t sleeping = 180 + random() % 6;
    const uint64_t running = random() % 4 == 0 ? 1 : 0;
    add(out,
        "processes,host={} "
        "blocked=0i,dead=0i,idle=97i,paging=0i,running={}i,sleeping={}i,stopped=0i,total={}i,zombies=0i {}\n",
        name_, running, sleeping, 97 + sleeping + running, time);
    add(out, "swap,host={} free=2147479552i,total=2147479552i,used=0i,used_percent=0 {}\n", name_, time);
    add(out, "swap,host={} in=0i,out=0i {}\n", name_, time);
    add(out, "system,host={} load1={:.2f},load15={:.2f},load5={:.2f},n_cpus=4i,n_users={}i {}\n", name_, load_,
        load_ * 0.8 + 0.1, load_ * 0.9 + 0.05, uptime_ / 5000 % 3, time);
    add(out, "system,host={} uptime={}i {}\n", name_, uptime_, time);
    add(out, "system,host={} uptime_format=\"{} days, {:2}:{:02}\" {}\n", name_, uptime_ / 86'400, uptime_ / 3600 % 24,
        uptime_ / 60 % 60, time);
  }

 private:
  void append_memory(std::string& out, Ns time) {
    const uint64_t cached = memory_ / 3 + counters_[21] % (1 << 20) * 4096;
    if (random() % 2 == 0) counters_[21] += random() % 300;
    const uint64_t free = memory_ - std::min(memory_, used_ + memory_ / 40);
    const uint64_t available = memory_ - used_;
    const auto percent = [&](uint64_t part) { return 100 * static_cast<double>(part) / static_cast<double>(memory_); };
    add(out,
        "mem,host={} active={}i,available={}i,available_percent={},buffered={}i,cached={}i,commit_limit={}i,"
        "committed_as={}i,dirty={}i,free={}i,high_free=0i,high_total=0i,huge_page_size=2097152i,huge_pages_free=0i,"
        "inactive={}i,low_free=0i,low_total=0i,mapped={}i,page_tables={}i,shared={}i,slab={}i,sreclaimable={}i,"
        "sunreclaim={}i,swap_cached=0i,total={}i,used={}i,used_percent={},write_back=0i {}\n",
        name_, used_ / 2 + cached / 3, available, percent(available), (counters_[21] % 65536) * 4096, cached,
        memory_ / 2, used_ * 2, (random() % 600) * 4096, free, cached / 2, (cached / 9) & ~uint64_t{4095},
        (used_ / 400) & ~uint64_t{4095}, uint64_t{33'554'432}, (cached / 12) & ~uint64_t{4095},
        (cached / 16) & ~uint64_t{4095}, (cached / 48) & ~uint64_t{4095}, memory_, used_, percent(used_), time);
  }

  template <class... Args>
  static void add(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
  }
  uint64_t random() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return (state_ * 0x2545F4914F6CDD1D) >> 33;
  }

  uint64_t state_;
  std::string name_;
  uint64_t uptime_ = 0;
  double load_ = 0;
  uint64_t memory_ = 0;
  uint64_t used_ = 0;
  uint64_t counters_[32] = {};
  uint64_t disk_used_[3] = {};
};

}  // namespace inquest::bench
