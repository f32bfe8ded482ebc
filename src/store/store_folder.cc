#include "store/store_folder.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::store {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxReaders = 40;  // open at once
constexpr std::string_view kHead = "head-";
constexpr std::string_view kDatabase = ".db";
constexpr std::string_view kDamaged = ".damaged-";

Result<int> lock_folder(const std::string& path) {
  const std::string name = path + "/lock";
  const int fd = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (fd < 0) {
    return fail(Error{.code = errno == EACCES || errno == EROFS ? ErrorCode::Denied : ErrorCode::Io,
                      .message = std::strerror(errno),
                      .where = name});
  }
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  ::close(fd);
  return fail(Error{.code = ErrorCode::Denied,
                    .message = "another recorder stores here; stop it, or name another folder",
                    .where = path});
}

// A recorder that was cut off while it made a file left a journal to be undone, which who only reads can't do.
bool roll_back(const std::string& path) {
  auto database = Database::open(path, Database::Mode::Write);
  return database && database->number("PRAGMA user_version");
}

}  // namespace

Result<std::unique_ptr<StoreFolder>> StoreFolder::open(std::string path, bool read_only,
                                                       std::function<void(std::string_view)> log) {
  std::error_code error;
  if (!read_only && !fs::create_directories(path, error) && error) {
    return fail(Error{.code = ErrorCode::Denied,
                      .message = fmt::format("this folder cannot be made: {}", error.message()),
                      .where = path});
  }
  if (!fs::is_directory(path, error)) {
    return fail(Error{.code = ErrorCode::NotFound, .message = "there is no such folder", .where = path});
  }
  int lock = -1;
  if (!read_only) {
    const auto locked = lock_folder(path);
    if (!locked) return fail(locked.error());
    lock = *locked;
  }
  std::unique_ptr<StoreFolder> out(new StoreFolder(std::move(path), lock, std::move(log)));
  out->list();
  return out;
}

StoreFolder::~StoreFolder() {
  if (lock_ >= 0) ::close(lock_);
}

void StoreFolder::list() {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path_, error)) {
    const std::string name = entry.path().filename().string();
    if (name.find(kDamaged) != std::string::npos) {
      if (!name.ends_with("-wal") && !name.ends_with("-shm")) set_aside_.push_back(name);
    } else if (name.ends_with(kDatabase)) {
      if (auto period = period_named(std::string_view(name).substr(0, name.size() - kDatabase.size()))) {
        auto day = std::make_shared<Day>();
        day->period = std::move(*period);
        day->path = path(name);
        days_.push_back(std::move(day));
      }
    }
  }
  std::ranges::sort(days_, {}, [](const auto& day) { return day->period.from; });
  std::ranges::sort(set_aside_);
}

std::vector<std::shared_ptr<Day>> StoreFolder::days(Ns from, Ns to) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Day>> out;
  for (const auto& day : days_) {
    if (day->period.from < to && day->period.to > from) out.push_back(day);
  }
  return out;
}

std::shared_ptr<Day> StoreFolder::day(const Period& period) {
  const std::lock_guard lock(mutex_);
  for (const auto& day : days_) {
    if (day->period.name == period.name) return day;
  }
  auto day = std::make_shared<Day>();
  day->period = period;
  day->path = path(period.name + std::string(kDatabase));
  days_.push_back(day);
  std::ranges::sort(days_, {}, [](const auto& one) { return one->period.from; });
  return day;
}

Result<std::shared_ptr<DayReader>> StoreFolder::reader(Day& day) {
  std::shared_ptr<DayReader> out;
  {
    const std::lock_guard lock(day.mutex);
    if (day.reader) {
      day.used = ++calls_;
      return day.reader;
    }
    auto opened = DayReader::open(day.path);
    if (!opened && opened.error().code == ErrorCode::Denied && lock_ >= 0 && roll_back(day.path)) {
      opened = DayReader::open(day.path);
    }
    if (!opened) return fail(opened.error());
    out = day.reader = std::make_shared<DayReader>(std::move(*opened));
    day.used = ++calls_;
  }
  // The one that was not asked for the longest goes; who uses it still, keeps it.
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<uint64_t, Day*>> open;
  for (const auto& one : days_) {
    if (const uint64_t used = one->used; used != 0) open.emplace_back(used, one.get());
  }
  if (open.size() > kMaxReaders) {
    Day* const oldest = std::ranges::min_element(open)->second;
    const std::lock_guard closing(oldest->mutex);
    oldest->reader.reset();
    oldest->used = 0;
  }
  return out;
}

void StoreFolder::remove_database(const std::string& path) {
  for (const std::string_view suffix : {"", "-wal", "-shm"}) ::unlink((path + std::string(suffix)).c_str());
}

// False where somebody else did.
bool StoreFolder::take_out(Day& day) {
  const std::lock_guard closing(day.mutex);
  day.reader.reset();
  day.used = 0;
  day.gone = true;
  return std::erase_if(days_, [&](const auto& one) { return one.get() == &day; }) > 0;
}

void StoreFolder::remove(Day& day) {
  const std::lock_guard lock(mutex_);
  if (take_out(day)) remove_database(day.path);
}

std::string StoreFolder::rename_damaged(const std::string& from) {
  std::string to;
  for (int number = 1; number < 10'000; ++number) {
    to = fmt::format("{}{}{}", from, kDamaged, number);
    if (::access(to.c_str(), F_OK) != 0) break;
  }
  for (const std::string_view suffix : {"-wal", "-shm", ""}) {
    // Under the names that SQLite would look for beside the renamed database.
    (void)std::rename((from + std::string(suffix)).c_str(), (to + std::string(suffix)).c_str());
  }
  set_aside_.push_back(fs::path(to).filename().string());
  return to;
}

void StoreFolder::tell_set_aside(const std::string& from, const std::string& to) const {
  if (log_) log_(fmt::format("{} is damaged; it is set aside as {}, and recording goes on without it", from, to));
}

std::string StoreFolder::set_aside(const std::string& from) {
  if (lock_ < 0) return from;  // who only reads leaves that to the recorder
  std::string to;
  {
    const std::lock_guard lock(mutex_);
    to = rename_damaged(from);
  }
  tell_set_aside(from, to);
  return to;
}

std::string StoreFolder::set_aside(Day& day) {
  std::string to;
  {
    const std::lock_guard lock(mutex_);
    if (!take_out(day)) return {};
    if (lock_ < 0) return day.path;
    to = rename_damaged(day.path);
  }
  tell_set_aside(day.path, to);
  return to;
}

std::vector<std::string> StoreFolder::all_set_aside() const {
  const std::lock_guard lock(mutex_);
  return set_aside_;
}

std::string StoreFolder::head_path(uint64_t number) const {
  return path(fmt::format("{}{:016}{}", kHead, number, kDatabase));
}

std::vector<uint64_t> StoreFolder::heads() const {
  std::vector<uint64_t> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path_, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kHead) || !name.ends_with(kDatabase)) continue;
    const std::string_view digits =
        std::string_view(name).substr(kHead.size(), name.size() - kHead.size() - kDatabase.size());
    if (const auto number = parse_int<uint64_t>(digits)) out.push_back(*number);
  }
  std::ranges::sort(out);
  return out;
}

uint64_t StoreFolder::bytes() const {
  uint64_t total = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path_, error)) {
    const uint64_t size = entry.file_size(error);
    if (!error) total += size;
  }
  return total;
}

}  // namespace inquest::store
