// SPDX-License-Identifier: Apache-2.0
//
// Large results as files: on a file system that all invocations of a function share, e.g. EFS.
#pragma once

#include <durable/sdk/serdes.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace durable {

/// Names members of JSON objects.
struct PreviewField {
  enum class Match : std::uint8_t {
    anywhere,  ///< Members of this name at any depth, and all that is in them.
    path,      ///< The one member at this path, e.g. `customer.address`, and all that is in it.
  };

  std::string name;
  Match match = Match::anywhere;
};

/// Which part of a JSON object is shown where the whole is in a file. `exclude` wins over all else,
/// `mask` over `include`. Members whose names have a dot are never shown. Elements of arrays have
/// the array's path.
struct PreviewOptions {
  enum class Base : std::uint8_t {
    include_all,  ///< What is not excluded is shown.
    exclude_all,  ///< Only what is included or masked is shown.
  };

  Base base = Base::include_all;
  std::vector<PreviewField> include = {};
  std::vector<PreviewField> exclude = {};
  std::vector<PreviewField> mask = {};  ///< Shown as `mask_text`, whatever their value is.
  std::string mask_text = "***";
  /// Of the preview as JSON. What comes after the first member that has no place is left out.
  std::size_t bytes_max = 4'096;
};

/// What `FileSystemSerdes` may be told.
struct FileSystemSerdesOptions {
  enum class Mode : std::uint8_t {
    always,    ///< Every result is a file.
    overflow,  ///< Only those that are too large to be recorded in place.
  };
  enum class Sync : std::uint8_t {
    none,  ///< The file system decides when a file is safe from a power failure.
    full,  ///< A file is on disk before it is recorded.
  };

  Mode mode = Mode::always;
  /// With `overflow`: the largest record that is kept in place, as it is recorded.
  std::size_t inline_bytes_max = 256UL * 1024 - 1024;
  Sync sync = Sync::full;
  std::optional<PreviewOptions> preview = {};  ///< Absent: none. Only JSON objects have one.
};

/// Keeps results in files below a folder, and records where they are: `{"file": path}`, with a
/// `preview` if one is asked for, or `{"data": text}` for one that is recorded in place.
///
/// Files are named by the execution's ARN, the operation's id and a random number, written under
/// another name first, never changed, and never deleted: remove an execution's folder
/// (`execution_folder`) when no history of it is needed any more. The folder must be the same for
/// all invocations of an execution, though it may be mounted elsewhere: paths are recorded relative
/// to it. `/tmp` of a Lambda function does not serve.
///
/// Both functions throw `SerDesError` when the folder cannot be used, a file is missing or a record
/// is none of the two, and `InvocationError` for a failure that may pass, so that the service
/// invokes again. Thread-safety: safe.
class FileSystemSerdes final : public PayloadSerdes {
 public:
  /// `root` is made when it is first needed.
  explicit FileSystemSerdes(std::filesystem::path root);
  FileSystemSerdes(std::filesystem::path root, FileSystemSerdesOptions options);

  [[nodiscard]] Payload serialize(const Payload& plain,
                                  const SerdesContext& context) const override;
  [[nodiscard]] Payload deserialize(const Payload& stored,
                                    const SerdesContext& context) const override;

  /// Where the files of an execution are; not a promise that there are any.
  [[nodiscard]] std::filesystem::path execution_folder(std::string_view execution_arn) const;

 private:
  std::filesystem::path root_;
  FileSystemSerdesOptions options_;
};

/// The preview of a JSON text as JSON; absent if it is no object, or nothing of it is to be shown.
[[nodiscard]] std::optional<std::string> make_preview(std::string_view json,
                                                      const PreviewOptions& options);

}  // namespace durable
