// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/file_serdes.h>

#include <durable/json/value.h>
#include <durable/json/writer.h>
#include <durable/sdk/errors.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <random>
#include <system_error>
#include <utility>

namespace durable {
namespace {

namespace fs = std::filesystem;

constexpr mode_t file_mode = 0600;

/// Owns a file descriptor.
class File {
 public:
  explicit File(int descriptor) noexcept : descriptor_(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] int get() const noexcept { return descriptor_; }
  /// Closes it now. False: with an error, which may be that of an earlier write.
  [[nodiscard]] bool close() noexcept { return ::close(std::exchange(descriptor_, -1)) == 0; }

 private:
  int descriptor_;
};

/// Whether the same call fails again, however often it is tried.
bool lasts(int error) noexcept {
  switch (error) {
    case EACCES:
    case EPERM:
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case EINVAL:
    case ELOOP:
    case ENAMETOOLONG:
    case EROFS:
    case EFBIG:
    case ENOSPC:
      return true;
    default:
      return false;
  }
}

[[noreturn]] void raise(const char* action, const fs::path& path, int error) {
  const std::string message = std::string("FileSystemSerdes: cannot ") + action + " \"" +
                              path.string() + "\": " + std::generic_category().message(error);
  if (lasts(error)) {
    throw SerDesError(message +
                      ". The folder must exist on a file system that all invocations share, and "
                      "be writable for the function.");
  }
  throw InvocationError(message);
}

/// `text` as one component of a path: other characters as %XX, so that different texts stay
/// different and none leaves its folder.
std::string component(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '$';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += hex[byte >> 4U];
      out += hex[byte & 15U];
    }
  }
  return out.empty() ? "%" : out;
}

fs::path folder_of(std::string_view arn) {
  fs::path folder;
  while (true) {
    const std::size_t end = arn.find_first_of(":/");
    folder /= component(arn.substr(0, end));
    if (end == std::string_view::npos) return folder;
    arn.remove_prefix(end + 1);
  }
}

std::string random_name() {
  std::random_device device;
  std::array<char, 20> text{};
  const auto high = static_cast<unsigned>(device());
  const auto low = static_cast<unsigned>(device());
  std::snprintf(text.data(), text.size(), "%08x%08x", high, low);
  return text.data();
}

void sync_folder(const fs::path& folder) {
  const File opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0 || ::fsync(opened.get()) != 0) raise("sync the folder", folder, errno);
}

void write_all(const File& file, std::string_view text, const fs::path& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) raise("write", path, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Nobody sees the file under its name before it is complete.
void write_file(const fs::path& path, std::string_view text, FileSystemSerdesOptions::Sync sync) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) raise("make the folder", path.parent_path(), error.value());
  fs::path unfinished = path;
  unfinished += ".tmp";
  try {
    File file(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                     file_mode));
    if (file.get() < 0) raise("make", unfinished, errno);
    write_all(file, text, unfinished);
    if (sync == FileSystemSerdesOptions::Sync::full && ::fsync(file.get()) != 0) {
      raise("sync", unfinished, errno);
    }
    if (!file.close()) raise("close", unfinished, errno);
    if (::rename(unfinished.c_str(), path.c_str()) != 0) raise("rename", unfinished, errno);
  } catch (...) {
    ::unlink(unfinished.c_str());
    throw;
  }
  if (sync == FileSystemSerdesOptions::Sync::full) sync_folder(path.parent_path());
}

std::string read_file(const fs::path& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (file.get() < 0) raise("open", path, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) raise("read", path, errno);
  if (!S_ISREG(status.st_mode)) raise("read", path, EISDIR);
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = ::read(file.get(), text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) raise("read", path, errno);
    if (count == 0) {
      throw SerDesError("FileSystemSerdes: \"" + path.string() + "\" ends after " +
                        std::to_string(done) + " of " + std::to_string(text.size()) +
                        " bytes. Its files must not be changed.");
    }
    done += static_cast<std::size_t>(count);
  }
  return text;
}

/// `text` as a path below the root. Throws for one that could lead elsewhere.
fs::path checked(const std::string& text) {
  const fs::path path(text);
  bool inside = path.is_relative() && path.has_filename();
  for (const fs::path& part : path) inside = inside && part != ".." && part != "." && !part.empty();
  if (inside) return path;
  throw SerDesError("FileSystemSerdes: expected a path below its folder, found \"" + text +
                    "\" in the record");
}

std::string envelope(std::string_view key, std::string_view text) {
  std::string out = "{\"";
  out.append(key).append("\":");
  json::Writer writer(out);
  if (!writer.string(text)) {
    throw SerDesError("FileSystemSerdes: the value is not UTF-8 text: " +
                      writer.failure().error().message);
  }
  return out;
}

}  // namespace

FileSystemSerdes::FileSystemSerdes(std::filesystem::path root)
    : FileSystemSerdes(std::move(root), FileSystemSerdesOptions()) {}

FileSystemSerdes::FileSystemSerdes(std::filesystem::path root, FileSystemSerdesOptions options)
    : root_(std::move(root)), options_(std::move(options)) {
  if (root_.empty()) throw ValidationError("FileSystemSerdes: the folder's path is empty");
}

std::filesystem::path FileSystemSerdes::execution_folder(std::string_view execution_arn) const {
  return root_ / folder_of(execution_arn);
}

Payload FileSystemSerdes::serialize(const Payload& plain, const SerdesContext& context) const {
  if (options_.mode == FileSystemSerdesOptions::Mode::overflow &&
      plain.size() <= options_.inline_bytes_max) {
    std::string inline_record = envelope("data", plain.view()) + "}";
    if (inline_record.size() <= options_.inline_bytes_max) return Payload(std::move(inline_record));
  }
  const std::string id = context.operation_id();
  fs::path path = folder_of(context.execution_arn());
  path /= component(id.empty() ? "execution" : id) + "-" + random_name() + ".json";
  std::string record = envelope("file", path.generic_string());
  if (options_.preview) {
    if (auto preview = make_preview(plain.view(), *options_.preview)) {
      record.append(",\"preview\":").append(*preview);
    }
  }
  record += '}';
  write_file(root_ / path, plain.view(), options_.sync);
  return Payload(std::move(record));
}

Payload FileSystemSerdes::deserialize(const Payload& stored,
                                      const SerdesContext& /*context*/) const {
  const Result<json::Value> record = json::Value::parse(stored.view());
  if (record) {
    const json::Value* data = record->find("data");
    if (data != nullptr && data->as_string() != nullptr) return Payload(*data->as_string());
    const json::Value* file = record->find("file");
    if (file != nullptr && file->as_string() != nullptr) {
      return Payload(read_file(root_ / checked(*file->as_string())));
    }
  }
  throw SerDesError(
      "FileSystemSerdes: expected a record {\"file\": path} or {\"data\": text}, found " +
      std::string(stored.view().substr(0, 100)) +
      ". It was recorded without this serdes: let running executions finish before one is "
      "introduced.");
}

}  // namespace durable
