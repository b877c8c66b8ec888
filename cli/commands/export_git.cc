// vstore export-git: histories from the store into a git repository.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "cli/command.h"
#include "cli/errors.h"
#include "cli/git.h"
#include "cli/json.h"
#include "cli/refs.h"
#include "vstore/names.h"

namespace vstore::cli {
namespace {

/// Which commits a repository has from us: "MARK ID" lines beside git's own table of marks. Written after git
/// has finished, so what is noted is there.
class ExportedCommits {
 public:
  explicit ExportedCommits(std::string directory) : path_(std::move(directory) + "/commits") {}

  std::map<Id, std::uint64_t> load() const {
    std::map<Id, std::uint64_t> marks;
    std::ifstream file(path_);
    std::uint64_t mark = 0;
    std::string hex;
    while (file >> mark >> hex) {
      const auto id = Id::from_hex(hex);
      if (!id)
        throw Error(ErrorCode::damaged, "damaged file '" + path_ + "'",
                    "remove its directory: everything is then exported again");
      marks.emplace(*id, mark);
    }
    return marks;
  }

  void save(const std::map<Id, std::uint64_t>& marks) const {
    const std::string fresh = path_ + ".new";
    std::ofstream file(fresh);
    for (const auto& [id, mark] : marks) file << mark << ' ' << id.hex() << '\n';
    file.close();
    if (!file) throw_errno("write", fresh);
    if (::rename(fresh.c_str(), path_.c_str()) != 0) throw_errno("rename", fresh);
  }

 private:
  std::string path_;
};

class ExportGit final : public Command {
  void declare(Args& args) override {
    args.describe(
        "Write branches and tags with their histories into the git repository REPO, which is made if it is "
        "not there. "
        "Run again, it writes what is new.");
    args.option("--ref", "REF", wanted_, "only this branch or tag; repeatable");
    args.flag("-f,--force", force_, "move git's refs even if that is no fast-forward");
    args.flag("-q,--quiet", quiet_, "print errors only");
    args.flag("--json", json_, "one JSON document");
    args.positionals("REPO", repository_, {.min = 1, .max = 1});
  }

  int run(Context& context) override {
    demand_git();
    std::signal(SIGPIPE, SIG_IGN);  // if git ends early, the write says so
    const Snapshot snapshot = context.snapshot();
    const std::vector<Ref> refs = chosen_refs(context, snapshot);
    struct stat info {};
    if (::stat(repository_[0].c_str(), &info) != 0) git_output({"init", "-q", "--bare", repository_[0]});
    const std::string directory =
        git_output({"-C", repository_[0], "rev-parse", "--absolute-git-dir"}) + "/vstore";
    if (::mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST) throw_errno("make directory", directory);
    context.begin("exporting");
    const GitExportReport report = write(context, snapshot, refs, directory);
    if (report.empty_directories > 0)
      warn(count_of(report.empty_directories, "empty directory", "empty directories") +
           " left out: git holds none");
    if (json_)
      print_document(context, report, refs);
    else if (!quiet_)
      print_text(context.out(), report);
    return 0;
  }

  std::vector<Ref> chosen_refs(Context& context, const Snapshot& snapshot) const {
    std::vector<Ref> refs;
    for (const std::string& name : wanted_) {
      const auto full = expand_ref(snapshot, context.revisions(), name);
      if (!full || !snapshot.ref_commit(*full))
        throw Error(ErrorCode::not_found, "no branch or tag '" + escape_for_terminal(name) + "'",
                    "'vstore for-each-ref' lists them");
      refs.push_back({*full, *snapshot.resolve_ref(*full)});
    }
    for (const std::string_view prefix : {kBranches, kTags}) {
      if (!wanted_.empty()) break;
      for (Ref& ref : snapshot.refs(prefix)) refs.push_back(std::move(ref));
    }
    return refs;
  }

  GitExportReport write(Context& context, const Snapshot& snapshot, const std::vector<Ref>& refs,
                        const std::string& directory) const {
    const ExportedCommits exported(directory);
    auto marks = exported.load();
    std::vector<std::string> words = {"-C",
                                      repository_[0],
                                      "fast-import",
                                      "--quiet",
                                      "--done",
                                      "--date-format=raw",
                                      "--import-marks-if-exists=" + directory + "/marks",
                                      "--export-marks=" + directory + "/marks"};
    if (force_) words.push_back("--force");
    GitProcess git(words, false);
    std::string buffer;
    const auto flush = [&] {
      git.write(buffer);
      buffer.clear();
    };
    const GitExportReport report = export_to_git(
        snapshot, refs, marks,
        [&](std::string_view bytes) {
          buffer.append(bytes);
          if (buffer.size() >= 1u << 20) flush();
        },
        context.progress());
    flush();
    git.finish();
    exported.save(marks);
    return report;
  }

  static void print_text(Output& out, const GitExportReport& report) {
    if (report.commits == 0) return out.print("no new commits\n");
    out.print("exported ", count_of(report.commits, "commit"), ", ", count_of(report.files, "file"), ", ",
              human_bytes(report.bytes), "\n");
  }

  static void print_document(Context& context, const GitExportReport& report, const std::vector<Ref>& refs) {
    Json names = Json::array();
    for (const Ref& ref : refs) {
      Json item;
      set_text(item, "ref", ref.name);
      item["id"] = to_json(ref.value.id);
      names.push_back(std::move(item));
    }
    print_json(context.out(), {{"commits", report.commits},
                               {"tags", report.tags},
                               {"files", report.files},
                               {"bytes", report.bytes},
                               {"empty_directories", report.empty_directories},
                               {"refs", std::move(names)}});
  }

  bool force_ = false, quiet_ = false, json_ = false;
  std::vector<std::string> wanted_, repository_;
};

}  // namespace

std::unique_ptr<Command> make_export_git() { return std::make_unique<ExportGit>(); }

}  // namespace vstore::cli
