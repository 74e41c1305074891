using System.Text;
using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Tests.World;
using static Berth.Lifecycle.Tests.Migration.OldWorlds;

namespace Berth.Lifecycle.Tests.Migration.OldLayout;

/// <summary>How a copy is known to be cut, and that a whole one is never taken for a cut one.</summary>
[Trait("regression", "R33")]
public sealed class OldTruncationTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly OldWorldBuilder _world;
    private readonly Dictionary<string, byte[]> _whole = OldPluginFiles.Make("Notes", "1.0.5");

    public OldTruncationTests() => _world = new OldWorldBuilder(_folder.Path).User(Ana, "ana").User(Ben, "ben").User(Cleo, "cleo");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_missing_or_empty_bundle_is_a_truncated_plugin()
    {
        Add(Ana, _whole.Without(path => path == OldPluginFiles.Entry));
        Add(Ben, _whole.With(OldPluginFiles.Entry, []));
        var old = await ReadAsync();
        old.Installations.ShouldAllBe(one => one.Folder!.Truncated.Contains(OldPluginFiles.Entry));
    }

    [Theory]
    [InlineData(".js")]
    [InlineData(".css")]
    public async Task A_chunk_that_the_bundle_names_and_that_is_not_there_is_missed(string ending)
    {
        var chunk = _whole.Keys.First(path => path.StartsWith("dist/101.", StringComparison.Ordinal) && path.EndsWith(ending, StringComparison.Ordinal));
        Add(Ana, _whole.Without(path => path == chunk));
        var missing = (await ReadAsync()).Installations.Single().Folder!.Truncated.Single();
        missing.ShouldBe("dist/…" + chunk["dist/101.".Length..]);
    }

    [Fact]
    public async Task A_missing_chunk_that_another_copy_has_is_named_once_and_by_its_whole_name()
    {
        var chunk = _whole.Keys.First(path => path.StartsWith("dist/202.", StringComparison.Ordinal));
        Add(Ana, _whole);
        Add(Ben, _whole.Without(path => path == chunk));
        Truncated(await ReadAsync(), Ben).ShouldBe([chunk]);
    }

    [Theory]
    [InlineData("""a.u=e=>({1:"one"}[e]||e)+"."+{1:"abcdef12",22:"00ff00ff"}[e]+".js"; """, "abcdef12.js,00ff00ff.js")]
    [InlineData("__webpack_require__.u = (chunkId) => {\n return \"\" + chunkId + \".\" + {\"101\":\"3f2a\",\"src_a-b\":\"9c9c9c9c\"}[chunkId] + \".chunk.js\";", "3f2a.chunk.js,9c9c9c9c.chunk.js")]
    [InlineData("""r.miniCssF=e=>e+"."+{7:"0123abcd"}[e]+".css",r.u=e=>e+".js" """, "0123abcd.css")]
    [InlineData("""const names={a:"b"};names[x]+".png";r.u=e=>e+".js" """, "")]
    public void The_names_of_chunks_are_found_in_what_webpack_writes(string bundle, string endings) =>
        string.Join(',', OldBundles.ChunkEndings(Encoding.UTF8.GetBytes(bundle))).ShouldBe(endings);

    [Fact]
    public async Task A_file_that_is_the_beginning_of_another_copys_is_cut()
    {
        var chunk = _whole.Keys.First(path => path.StartsWith("dist/202.", StringComparison.Ordinal));
        Add(Ana, _whole);
        Add(Ben, _whole.Cut(chunk));
        var old = await ReadAsync();
        Truncated(old, Ana).ShouldBeEmpty();
        Truncated(old, Ben).ShouldBe([chunk]);
    }

    [Fact]
    public async Task Other_bytes_and_a_longer_README_are_not_cut()
    {
        Add(Ana, _whole);
        Add(Ben, OldPluginFiles.Make("Notes", "1.0.5", variant: 1, padding: 50));
        Add(Cleo, _whole.With("README.md", [.. _whole["README.md"], .. "More."u8]));
        var old = await ReadAsync();
        old.Installations.ShouldAllBe(one => one.Folder!.Truncated.Count == 0);
        old.Findings.Count(finding => finding.Bucket == OldBucket.SameVersionOtherBytes).ShouldBe(2);
    }

    [Fact]
    public async Task A_copy_that_was_made_only_in_part_is_known_by_one_with_more_files_R08()
    {
        Add(Ana, _whole);
        Add(Ben, _whole.Without(path => path == "dist/assets/logo.svg"));
        var old = await ReadAsync();
        Truncated(old, Ben).ShouldBe(["dist/assets/logo.svg"]);
        Truncated(old, Ana).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_users_additional_file_does_not_make_everybody_elses_copy_a_part()
    {
        Add(Ana, _whole);
        Add(Ben, _whole);
        Add(Cleo, _whole.With("dist/mine.js", "1"u8.ToArray()));
        (await ReadAsync()).Installations.ShouldAllBe(one => one.Folder!.Truncated.Count == 0);
    }

    [Fact]
    public async Task The_same_name_in_another_version_is_never_compared()
    {
        Add(Ana, _whole);
        _world.Plugin(new OldPlugin(Ben, "Notes", "1.0.6") { Files = _whole.Without(path => path == "dist/assets/logo.svg") });
        (await ReadAsync()).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_truncated_copy_never_keeps_the_number_even_when_most_have_it()
    {
        Add(Ana, _whole.Cut());
        Add(Ben, _whole.Cut());
        Add(Cleo, _whole);
        var old = await ReadAsync();
        old.Findings.Where(finding => finding.Bucket == OldBucket.SameVersionOtherBytes).Select(finding => finding.UserId).ShouldBe([Ana, Ben]);
    }

    private static IReadOnlyList<string> Truncated(OldSystem old, string user) => old.Installations.Single(one => one.UserId == user).Folder!.Truncated;

    private void Add(string user, IReadOnlyDictionary<string, byte[]> files) => _world.Plugin(new OldPlugin(user, "Notes", "1.0.5") { Files = files });

    private async Task<OldSystem> ReadAsync()
    {
        _world.Write();
        return await new OldSystemReader().ReadAsync(_world.Plugins, _world.Database);
    }
}
