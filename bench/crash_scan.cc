// What finding crash reports costs: bench_crash_scan FILE. In one run over the same bytes in memory: bare passes of
// vectorscan, over some headers and over all; our scan; and the whole extraction.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <hs/hs.h>

#include "crashtext/detector.h"
#include "crashtext/header_scanner.h"
#include "crashtext/pattern.h"

namespace {

using Clock = std::chrono::steady_clock;
constexpr size_t kBlock = 256 << 10;

// The best of three, in seconds.
template <class Work>
double best(Work&& work) {
  double out = 1e9;
  for (int i = 0; i < 3; ++i) {
    const auto start = Clock::now();
    work();
    out = std::min(out, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return out;
}

template <class Work>
void blocks(std::string_view text, Work&& work) {
  for (size_t at = 0; at < text.size(); at += kBlock) work(text.substr(at, kBlock));
}

// Vectorscan and nothing else, over the first `count` headers; the bytes go through a block, as from a file.
double bare_pass(std::string_view text, size_t count) {
  const auto families = inquest::crashtext::families();
  count = std::min(count, families.size());
  std::vector<const char*> words;
  std::vector<size_t> lengths;
  std::vector<unsigned> flags(count, 0);
  std::vector<unsigned> ids;
  for (size_t i = 0; i < count; ++i) {
    words.push_back(families[i].header.data());
    lengths.push_back(families[i].header.size());
    ids.push_back(static_cast<unsigned>(i));
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_lit_multi(words.data(), flags.data(), ids.data(), lengths.data(), static_cast<unsigned>(count),
                           HS_MODE_BLOCK, nullptr, &database, &error) != HS_SUCCESS) {
    std::exit(1);
  }
  hs_scratch_t* scratch = nullptr;
  if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) std::exit(1);
  uint64_t hits = 0;
  const auto count_hit = [](unsigned, unsigned long long, unsigned long long, unsigned, void* context) {
    ++*static_cast<uint64_t*>(context);
    return 0;
  };
  std::vector<char> buffer(kBlock);
  const double seconds = best([&] {
    blocks(text, [&](std::string_view block) {
      std::memcpy(buffer.data(), block.data(), block.size());
      hs_scan(database, buffer.data(), static_cast<unsigned>(block.size()), 0, scratch, count_hit, &hits);
    });
  });
  hs_free_scratch(scratch);
  hs_free_database(database);
  return seconds;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  std::ifstream in(argv[1], std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const double megabytes = static_cast<double>(text.size()) / 1e6;

  const size_t headers = inquest::crashtext::families().size();
  const double few = bare_pass(text, 72);
  const double bare = bare_pass(text, headers);
  const inquest::crashtext::HeaderScanner scanner;
  std::vector<inquest::crashtext::Hit> hits;
  const double scan = best([&] { blocks(text, [&](std::string_view block) { scanner.scan(block, hits); }); });
  size_t reports = 0;
  const double whole = best([&] {
    reports = 0;
    inquest::crashtext::Detector detector([&](inquest::crashtext::Report&& /*report*/) { ++reports; });
    detector.feed(text);
    detector.finish();
  });

  fmt::print("{:<44} {:8.0f} MB/s\n", "vectorscan alone, 72 headers", megabytes / few);
  fmt::print("{:<44} {:8.0f} MB/s\n", fmt::format("vectorscan alone, all {} headers", headers), megabytes / bare);
  fmt::print("{:<44} {:8.0f} MB/s\n", "our scan, from memory", megabytes / scan);
  fmt::print("{:<44} {:8.0f} MB/s, {:.0f} % of vectorscan alone, {} reports\n", "the whole extraction",
             megabytes / whole, 100 * bare / whole, reports);
  return 0;
}
