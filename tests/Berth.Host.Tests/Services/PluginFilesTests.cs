using System.Net;
using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.Isolation;
using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Worker;
using Berth.Host.Offers;
using Berth.Host.Tests.Beds;
using Berth.Host.Tests.Isolation.Levels;

namespace Berth.Host.Tests.Services;

/// <summary>Files in the folders that the administrator offers: the same in the host's process and in a sandbox, where a plugin sees no file of the machine.</summary>
public sealed class PluginFilesTests : IDisposable
{
    private const string Plugin = "/p/Hungry/1.0.0";
    private readonly string _root = Directory.CreateTempSubdirectory("berth-files-").FullName;

    public PluginFilesTests()
    {
        Directory.CreateDirectory(Docs);
        Directory.CreateDirectory(Path.Combine(_root, "ro"));
        File.WriteAllText(Path.Combine(_root, "ro", "fixed.txt"), "fixed");
        File.WriteAllText(Path.Combine(_root, "outside.txt"), "secret");
    }

    public static TheoryData<string> Levels => [IsolationLevels.None, IsolationLevels.Sandbox];

    private string Docs => Path.Combine(_root, "docs");

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task With_both_capabilities_files_are_written_listed_read_and_deleted(string level)
    {
        await using var bed = await StartAsync(level);
        (await bed.Http.GetStringAsync(Plugin + "/folders")).ShouldBe("docs:rw fixed:ro");

        (await WriteAsync(bed, "docs/new/a.txt", "first")).ShouldBe("written");
        (await WriteAsync(bed, "docs/new/a.txt", "second")).ShouldBe("written");
        (await WriteAsync(bed, "docs/b c%.txt", "")).ShouldBe("written");

        File.ReadAllText(Path.Combine(Docs, "new", "a.txt")).ShouldBe("second");
        (await GetAsync(bed, "list", "docs")).ShouldBe("b c%.txt=0 new/|");
        (await GetAsync(bed, "list", "docs/new")).ShouldBe("a.txt=6|");
        (await GetAsync(bed, "read", "docs/new/a.txt")).ShouldBe("second");
        (await GetAsync(bed, "read", "fixed/fixed.txt")).ShouldBe("fixed");
        (await PostAsync(bed, "delete", "docs/new/a.txt")).ShouldBe("deleted");
        (await PostAsync(bed, "delete", "docs/new/a.txt")).ShouldBe("nothing");
        (await PostAsync(bed, "delete", "docs/none/a.txt")).ShouldBe("nothing");
        Directory.EnumerateFileSystemEntries(Path.Combine(Docs, "new")).ShouldBeEmpty();
        bed.Get<LimitWatch>().Round();
        bed.Events.Of<CapabilityUsed>().Select(used => used.Capability).Distinct().Order().ShouldBe(["filesystem:read-data", "filesystem:write-data"]);
    }

    [Theory]
    [InlineData("none", "/folders", "filesystem:read-data")]
    [InlineData("none", "/list?path=docs", "filesystem:read-data")]
    [InlineData("none", "/read?path=docs/a", "filesystem:read-data")]
    [InlineData("none", "POST /write?path=docs/a", "filesystem:write-data")]
    [InlineData("none", "POST /delete?path=docs/a", "filesystem:write-data")]
    [InlineData("sandbox", "/folders", "filesystem:read-data")]
    [InlineData("sandbox", "/list?path=docs", "filesystem:read-data")]
    [InlineData("sandbox", "/read?path=docs/a", "filesystem:read-data")]
    [InlineData("sandbox", "POST /write?path=docs/a", "filesystem:write-data")]
    [InlineData("sandbox", "POST /delete?path=docs/a", "filesystem:write-data")]
    public async Task What_the_user_declined_is_refused_with_the_capabilitys_name_and_the_other_is_of_no_use(string level, string request, string capability)
    {
        await using var bed = await StartAsync(level, granted: capability == "filesystem:read-data" ? "filesystem:write-data" : "filesystem:read-data");
        File.WriteAllText(Path.Combine(Docs, "a"), "kept");

        using var answer = request.StartsWith("POST ", StringComparison.Ordinal)
            ? await bed.Http.PostAsync(Plugin + request[5..], new StringContent("x"))
            : await bed.Http.GetAsync(Plugin + request);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        bed.Outcomes.Last().ShouldBeOfType<DispatchOutcome.Denied>().Code.ShouldBe("capability.denied");
        (await answer.Content.ReadAsStringAsync()).ShouldContain(capability);
        File.ReadAllText(Path.Combine(Docs, "a")).ShouldBe("kept");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task A_path_that_leads_out_or_is_none_is_refused_before_anything_is_looked_at(string level)
    {
        await using var bed = await StartAsync(level);
        string[] bad = ["", "/etc/passwd", "docs/../outside.txt", "docs/./a", "docs//a", "docs/", "docs/a/", "..", "docs/a\\b", "docs/a\nb", "docs/a\0b", "docs/.berth-write-x", "docs/" + new string('a', 256), new string('a', 5000)];
        foreach (var path in bad)
        {
            (await GetAsync(bed, "read", path)).ShouldStartWith("ArgumentException: ", customMessage: path);
            (await WriteAsync(bed, path, "x")).ShouldStartWith("ArgumentException: ", customMessage: path);
            (await PostAsync(bed, "delete", path)).ShouldStartWith("ArgumentException: ", customMessage: path);
            (await GetAsync(bed, "list", path)).ShouldStartWith("ArgumentException: ", customMessage: path);
        }

        (await GetAsync(bed, "read", "docs")).ShouldContain("names a folder and no file in it");
        Directory.EnumerateFileSystemEntries(Docs).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task No_link_is_followed_be_it_a_file_or_a_folder_on_the_way(string level)
    {
        await using var bed = await StartAsync(level);
        File.CreateSymbolicLink(Path.Combine(Docs, "file"), Path.Combine(_root, "outside.txt"));
        Directory.CreateSymbolicLink(Path.Combine(Docs, "folder"), _root);
        Directory.CreateDirectory(Path.Combine(Docs, "deep"));
        Directory.CreateSymbolicLink(Path.Combine(Docs, "deep", "self"), Docs);

        foreach (var path in (string[])["docs/file", "docs/folder/outside.txt", "docs/folder/new/x", "docs/deep/self/x"])
        {
            (await GetAsync(bed, "read", path)).ShouldStartWith("UnauthorizedAccessException: ", customMessage: path);
            (await GetAsync(bed, "read", path)).ShouldContain("a symbolic link");
            (await WriteAsync(bed, path, "x")).ShouldContain("a symbolic link");
            (await PostAsync(bed, "delete", path)).ShouldContain("a symbolic link");
        }

        (await GetAsync(bed, "list", "docs/folder")).ShouldContain("a symbolic link");
        (await GetAsync(bed, "list", "docs")).ShouldBe("deep/|");
        File.ReadAllText(Path.Combine(_root, "outside.txt")).ShouldBe("secret");
        Directory.EnumerateFileSystemEntries(_root).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["docs", "outside.txt", "ro"]);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task What_is_missing_closed_or_no_file_is_told_in_plain_words_without_the_hosts_paths(string level)
    {
        await using var bed = await StartAsync(level);
        Directory.CreateDirectory(Path.Combine(Docs, "folder"));
        using (var pipe = System.Diagnostics.Process.Start("mkfifo", Path.Combine(Docs, "pipe")))
            await pipe.WaitForExitAsync();

        (await GetAsync(bed, "read", "docs/none")).ShouldBe("FileNotFoundException: There is no 'docs/none'.");
        (await GetAsync(bed, "list", "docs/none")).ShouldBe("FileNotFoundException: There is no 'docs/none'.");
        (await GetAsync(bed, "read", "nowhere/a")).ShouldBe("FileNotFoundException: The administrator offers no folder 'nowhere' to plugins (BERTH_PLUGIN_FOLDERS).");
        (await GetAsync(bed, "read", "docs/folder")).ShouldBe("UnauthorizedAccessException: 'docs/folder' is not opened: 'folder' is no file.");
        (await GetAsync(bed, "read", "docs/pipe")).ShouldBe("UnauthorizedAccessException: 'docs/pipe' is not opened: 'pipe' is no file.");
        (await PostAsync(bed, "delete", "docs/folder")).ShouldStartWith("UnauthorizedAccessException: ");
        (await WriteAsync(bed, "docs/folder", "x")).ShouldStartWith("UnauthorizedAccessException: ");
        (await WriteAsync(bed, "fixed/fixed.txt", "x")).ShouldBe("UnauthorizedAccessException: 'fixed/fixed.txt' cannot be changed: the folder 'fixed' is offered for reading only.");
        (await PostAsync(bed, "delete", "fixed/fixed.txt")).ShouldContain("for reading only");
        (await GetAsync(bed, "list", "docs")).ShouldBe("folder/|");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task A_write_that_is_too_large_leaves_the_old_file_and_nothing_beside_it(string level)
    {
        await using var bed = await StartAsync(level, temporaryBytes: 3 << 20);
        (await WriteAsync(bed, "docs/a", "old")).ShouldBe("written");

        (await WriteAsync(bed, "docs/a", new string('x', (3 << 20) + 1))).ShouldStartWith("IOException: 'docs/a' is not written: it has more than 3145728 bytes");
        (await WriteAsync(bed, "docs/b", new string('x', 3 << 20))).ShouldBe("written");

        (await GetAsync(bed, "read", "docs/a")).ShouldBe("old");
        Directory.EnumerateFiles(Docs).Select(Path.GetFileName).Order().ShouldBe(["a", "b"]);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task A_full_folder_takes_no_more_until_something_is_deleted_and_keeps_what_it_has(string level)
    {
        File.WriteAllBytes(Path.Combine(Docs, "before"), new byte[10_000]);
        await using var bed = await StartAsync(level, most: 50_000);
        (await WriteAsync(bed, "docs/a", new string('a', 20_000))).ShouldBe("written");

        (await WriteAsync(bed, "docs/b", new string('b', 20_001))).ShouldStartWith("IOException: 'docs/b' is not written: all files in the folder 'docs' together may have 50000 bytes");
        (await WriteAsync(bed, "docs/a", new string('b', 20_001))).ShouldStartWith("IOException: 'docs/a' is not written: ", customMessage: "the old file is there until the new one is whole");
        (await GetAsync(bed, "read", "docs/a")).ShouldBe(new string('a', 20_000));
        (await WriteAsync(bed, "docs/b", new string('b', 20_000))).ShouldBe("written");
        (await WriteAsync(bed, "docs/new/c", "")).ShouldStartWith("IOException: ", customMessage: "the smallest file takes room too");
        (await PostAsync(bed, "delete", "docs/b")).ShouldBe("deleted");
        (await WriteAsync(bed, "docs/c", new string('c', 15_000))).ShouldBe("written");
        (await WriteAsync(bed, "docs/c", new string('c', 5_000))).ShouldBe("written", "what it replaces is gone then");

        Directory.EnumerateFileSystemEntries(Docs).Select(Path.GetFileName).Order().ShouldBe(["a", "before", "c"]);
    }

    [Fact]
    public async Task What_others_put_into_a_folder_is_seen_after_a_minute()
    {
        await using var bed = await StartAsync(IsolationLevels.None, most: 50_000);
        (await WriteAsync(bed, "docs/a", "x")).ShouldBe("written");
        File.WriteAllBytes(Path.Combine(Docs, "theirs"), new byte[46_000]);
        (await WriteAsync(bed, "docs/b", "x")).ShouldBe("written", "nobody has looked since");

        bed.Time.Advance(TimeSpan.FromMinutes(1));

        (await WriteAsync(bed, "docs/c", "x")).ShouldContain("there is no room for it");
        File.Delete(Path.Combine(Docs, "theirs"));
        bed.Time.Advance(TimeSpan.FromMinutes(1));
        (await WriteAsync(bed, "docs/c", "x")).ShouldBe("written");
    }

    [Fact]
    public async Task Many_writes_at_once_never_have_more_than_the_folder_may()
    {
        await using var bed = await StartAsync(IsolationLevels.None, most: 50_000);

        var said = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => WriteAsync(bed, $"docs/{i}", new string('x', 9_000))));

        said.Count(answer => answer == "written").ShouldBeLessThanOrEqualTo(5);
        Directory.EnumerateFiles(Docs).Sum(file => new FileInfo(file).Length).ShouldBe(9_000 * said.Count(answer => answer == "written"));
        foreach (var name in Directory.EnumerateFiles(Docs).Select(Path.GetFileName).ToList())
            (await PostAsync(bed, "delete", $"docs/{name}")).ShouldBe("deleted");
        (await WriteAsync(bed, "docs/all", new string('x', 50_000))).ShouldBe("written", "all room is there again");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task A_write_that_is_cut_off_leaves_the_old_file(string level)
    {
        await using var bed = await StartAsync(level);
        (await WriteAsync(bed, "docs/a", "old")).ShouldBe("written");

        using var cut = new CancellationTokenSource();
        var body = new Endless(() => Directory.EnumerateFiles(Docs, ".berth-*").Any(), cut);
        await Should.ThrowAsync<Exception>(async () => await bed.Http.PostAsync($"{Plugin}/write?path=docs/a", body, cut.Token));

        await Eventually.BeTrueAsync(() => !Directory.EnumerateFiles(Docs, ".berth-*").Any());
        File.ReadAllText(Path.Combine(Docs, "a")).ShouldBe("old");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task A_long_folder_comes_in_pages_and_a_long_file_in_pieces(string level)
    {
        await using var bed = await StartAsync(level);
        for (var i = 0; i < 1002; i++)
            File.WriteAllText(Path.Combine(Docs, $"{i:0000}"), "");
        await using (var large = File.Create(Path.Combine(_root, "ro", "large")))
        {
            large.Write("head"u8);
            // Holes: it takes no room on the disk, and more than any memory that a plugin has.
            large.SetLength(8L << 30);
        }

        (await GetAsync(bed, "list", "docs")).ShouldEndWith("0999=0|0999");
        (await bed.Http.GetStringAsync($"{Plugin}/list?path=docs&after=0999")).ShouldBe("1000=0 1001=0|");
        (await GetAsync(bed, "head", "fixed/large")).ShouldBe("head");
    }

    [Fact]
    public async Task What_a_killed_host_left_of_a_write_is_taken_away_where_it_is_written_next()
    {
        await using var bed = await StartAsync(IsolationLevels.None);
        foreach (var (name, age) in ((string, int)[])[("old", 2), ("new", 0)])
        {
            File.WriteAllText(Path.Combine(Docs, $".berth-write-{name}"), "");
            File.SetLastWriteTimeUtc(Path.Combine(Docs, $".berth-write-{name}"), bed.Time.GetUtcNow().UtcDateTime.AddHours(-age));
        }

        (await WriteAsync(bed, "docs/a", "x")).ShouldBe("written");

        Directory.EnumerateFiles(Docs).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe([".berth-write-new", "a"]);
        (await GetAsync(bed, "list", "docs")).ShouldBe("a=1|");
    }

    [Fact]
    public async Task A_file_keeps_the_rights_that_it_had()
    {
        await using var bed = await StartAsync(IsolationLevels.None);
        var file = Path.Combine(Docs, "a");
        File.WriteAllText(file, "old");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        (await WriteAsync(bed, "docs/a", "new")).ShouldBe("written");

        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static Task<string> GetAsync(PluginBed bed, string route, string path) => bed.Http.GetStringAsync($"{Plugin}/{route}?path={Uri.EscapeDataString(path)}");

    private static async Task<string> PostAsync(PluginBed bed, string route, string path, string body = "")
    {
        using var answer = await bed.Http.PostAsync($"{Plugin}/{route}?path={Uri.EscapeDataString(path)}", new StringContent(body));
        return await answer.Content.ReadAsStringAsync();
    }

    private static Task<string> WriteAsync(PluginBed bed, string path, string content) => PostAsync(bed, "write", path, content);

    private async Task<PluginBed> StartAsync(string level, string? granted = null, long temporaryBytes = 64 << 20, long? most = null)
    {
        var options = new HostOptions
        {
            PluginFolders = [new OfferedFolder("docs", Docs, IsWritable: true) { MaxBytes = most }, new OfferedFolder("fixed", Path.Combine(_root, "ro"), IsWritable: false)],
            WorkerLimits = new WorkerLimits { TemporaryBytes = temporaryBytes },
            InProcessTrustLevels = level == IsolationLevels.None ? new HashSet<string> { "verified" } : new HashSet<string>(),
            WorkerLevels = new Dictionary<string, string> { ["verified"] = level },
        };
        var bed = await PluginBed.StartAsync(options, level: ProbeRun.Level(IsolationLevels.Sandbox, WorkerProgram.Find));
        bed.User.GrantedCapabilities = granted is null ? new HashSet<string> { "filesystem:read-data", "filesystem:write-data" } : new HashSet<string> { granted };
        return bed;
    }

    /// <summary>A body that goes on until something has happened, and is broken off then.</summary>
    private sealed class Endless(Func<bool> hasHappened, CancellationTokenSource cut) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var piece = new byte[64 * 1024];
            for (var sent = 0; sent < 512; sent++)
            {
                await stream.WriteAsync(piece);
                await stream.FlushAsync();
                if (!hasHappened())
                    continue;
                await cut.CancelAsync();
                cut.Token.ThrowIfCancellationRequested();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
