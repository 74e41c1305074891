using System.IO.Compression;
using System.Text;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Store.Codings;
using Berth.Lifecycle.Tests.World;
using Berth.Packaging.Archive;

namespace Berth.Lifecycle.Tests.Store.Codings;

/// <summary>Served texts are compressed again in the background; who asks meanwhile always gets the right bytes.</summary>
public sealed class RecompressionTests : IAsyncLifetime
{
    private const string Script = "dist/words.js";
    private static readonly PluginVersionId Charts = new("Charts", "1.0.0");
    private static readonly byte[] Text = Encoding.UTF8.GetBytes(Words(new Random(7)));
    private TestWorld _world = null!;

    public async Task InitializeAsync() => _world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Each_form_becomes_smaller_has_a_tag_of_its_own_and_decodes_to_the_same_bytes()
    {
        var before = Served(await StoreAsync());

        (await Service.LookAsync(default)).ShouldBeGreaterThan(0);

        var after = Served();
        after.Brotli!.Size.ShouldBeLessThan(before.Brotli!.Size);
        after.Brotli.ETag.ShouldNotBe(before.Brotli.ETag);
        after.Identity.ShouldBe(before.Identity);
        Decoded(after).ShouldAllBe(bytes => bytes.SequenceEqual(Text));
        new[] { after.Identity.ETag, after.Brotli.ETag, after.Gzip!.ETag, after.Zstd!.ETag }.Distinct().Count().ShouldBe(4);
        (await VerifyAsync()).Described.ShouldBeEmpty();
        await _world.RestartAsync();
        Served().ShouldBe(after);
        (await Service.LookAsync(default)).ShouldBe(0, "done is done");
    }

    [Fact]
    public async Task Whoever_has_the_old_table_still_finds_its_files_until_the_next_look()
    {
        var before = Served(await StoreAsync());
        await Service.LookAsync(default);

        Decoded(before).ShouldAllBe(bytes => bytes.SequenceEqual(Text));

        await Service.LookAsync(default);
        File.Exists(before.Brotli!.FullPath).ShouldBeFalse();
        Decoded(Served()).ShouldAllBe(bytes => bytes.SequenceEqual(Text));
    }

    [Fact]
    public async Task The_index_counts_what_the_forms_take_now()
    {
        await StoreAsync();
        await Service.LookAsync(default);
        await Service.LookAsync(default);

        var folder = _world.Store.Paths.Index(Charts);
        _world.Store.IndexOf(Charts)!.VariantBytes.ShouldBe(
            Directory.GetFiles(folder).Where(path => Path.GetFileName(path) != "files.json").Sum(path => new FileInfo(path).Length));
    }

    [Fact]
    public async Task Small_files_compressed_types_and_what_is_not_served_are_left_alone()
    {
        await StoreAsync(
            new PackageInput("dist/small.js", new byte[500]), new PackageInput("dist/logo.png", new byte[9_000]), new PackageInput("src/source.ts", Text));
        await Service.LookAsync(default);

        _world.Store.IndexOf(Charts)!.Files.Where(file => file.Thorough is not null).Select(file => file.Path).ShouldBe([Script, "dist/remoteEntry.js"], ignoreOrder: true);
    }

    [Fact]
    public async Task Nothing_is_made_from_a_file_that_was_changed_in_the_store()
    {
        var stored = await StoreAsync();
        var path = Path.Combine(stored.Directory, Script);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(path, new string('x', Text.Length));

        await Service.LookAsync(default);

        _world.Store.IndexOf(Charts)!.Files.Single(file => file.Path == Script).Thorough.ShouldBeNull();
        Decoded(Served()).ShouldAllBe(bytes => bytes.SequenceEqual(Text));
    }

    [Fact]
    public async Task A_stop_leaves_everything_as_it_was()
    {
        var before = Served(await StoreAsync());
        using var stopping = new CancellationTokenSource();
        await stopping.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => Service.LookAsync(stopping.Token));
        await Should.ThrowAsync<OperationCanceledException>(() => _world.Get<Recompression>().RunAsync(Charts, stopping.Token));

        Served().ShouldBe(before);
        StateDump.Staging(_world).ShouldBe(0);
    }

    /// <summary>The steps at which the process is killed.</summary>
    public static TheoryData<string> Kills => ["recompression.moved", "recompression.indexed"];

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task A_kill_at_any_step_leaves_files_that_are_what_the_index_says_and_the_next_look_ends_the_work(string step)
    {
        await StoreAsync();

        (await Victim.RecompressAsync(_world, step)).WasKilled.ShouldBeTrue();

        await _world.RestartAsync();
        (await VerifyAsync()).Described.ShouldBeEmpty();
        Decoded(Served()).ShouldAllBe(bytes => bytes.SequenceEqual(Text));
        await Service.LookAsync(default);
        await Service.LookAsync(default);
        _world.Store.IndexOf(Charts)!.Files.Single(file => file.Path == Script).Thorough.ShouldNotBeNull();
        (await VerifyAsync()).Described.ShouldBeEmpty();
        Directory.GetFiles(_world.Store.Paths.Index(Charts), Path.GetFileName(Served().Brotli!.FullPath)[..64] + "*.br").ShouldBe([Served().Brotli!.FullPath]);
    }

    [Fact]
    public async Task A_version_that_leaves_the_store_meanwhile_is_not_brought_back()
    {
        await StoreAsync();
        _world.Witness.At = step =>
        {
            if (step == "recompression.moved")
                throw new DirectoryNotFoundException("as if it had been taken away");
            return Task.CompletedTask;
        };

        (await Service.LookAsync(default)).ShouldBe(0);

        _world.Witness.At = _ => Task.CompletedTask;
        FolderTree.Delete(_world.Store.Paths.Version(Charts));
        (await _world.Get<Recompression>().RunAsync(Charts, default)).ShouldBe(0);
        Directory.Exists(_world.Store.Paths.Version(Charts)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_new_decision_on_trust_and_a_new_form_do_not_undo_each_other()
    {
        var package = await PackageAsync();
        await _world.Store.EnsureAsync(package.Version, _world.Registry);
        await Task.WhenAll(
            Task.Run(() => Service.LookAsync(default)),
            Task.Run(() => _world.Store.EnsureAsync(package.Version with { TrustLevel = "internal" }, _world.Registry)));

        var index = _world.Store.IndexOf(Charts)!;
        (index.TrustLevel, index.Files.Single(file => file.Path == Script).Thorough?.Count > 0).ShouldBe(("internal", true));
    }

    [Fact]
    public async Task Without_libzstd_the_others_are_made_and_what_has_zstd_is_still_served()
    {
        var before = Served(await StoreAsync());
        _world.Libraries = new CodingLibraries(["libnothing.so.7"], ["libneither.so.1"]);
        await _world.RestartAsync();

        await Service.LookAsync(default);

        var after = Served();
        after.Brotli!.Size.ShouldBeLessThan(before.Brotli!.Size);
        after.Zstd.ShouldBe(before.Zstd);
        (await VerifyAsync()).Described.ShouldBeEmpty();
        await StoreAsync("1.1.0");
        Served("1.1.0").Zstd.ShouldBeNull();
    }

    private RecompressionService Service => _world.Get<RecompressionService>();

    private Task<VersionFaults> VerifyAsync() => _world.Get<StoreVerification>().VerifyAsync(Charts, default);

    private ServedFile Served(string version = "1.0.0") => Served(_world.Store.Find("Charts", version).ShouldNotBeNull());

    private static ServedFile Served(StoredVersion stored) => stored.Files.TryFind(Script, out var file) ? file : throw new InvalidOperationException("It is not served.");

    private static List<byte[]> Decoded(ServedFile file) =>
    [
        Read(new BrotliStream(File.OpenRead(file.Brotli!.FullPath), CompressionMode.Decompress)),
        Read(new GZipStream(File.OpenRead(file.Gzip!.FullPath), CompressionMode.Decompress)),
        new CodingLibraries(ZstdLibrary.Names, null).Zstd!.Decompress(File.ReadAllBytes(file.Zstd!.FullPath), (int)file.Identity.Size)!,
    ];

    /// <summary>A script as somebody could have written it: what repeats does so in many ways.</summary>
    private static string Words(Random random)
    {
        var words = Enumerable.Range(0, 300).Select(_ => string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => "bcdfglmnprst"[random.Next(12)].ToString() + "aeiou"[random.Next(5)]))).ToArray();
        return string.Concat(Enumerable.Range(0, 900).Select(_ => $"export function {Word()}({Word()}, {Word()}) {{ return this.{Word()}.{Word()}({Word()}) + '{Word()} {Word()}'; }}\n"));

        string Word() => words[(int)(300 * Math.Pow(random.NextDouble(), 2))];
    }

    private static byte[] Read(Stream from)
    {
        using (from)
        using (var to = new MemoryStream())
        {
            from.CopyTo(to);
            return to.ToArray();
        }
    }

    private async Task<StoredVersion> StoreAsync(params PackageInput[] more)
    {
        var package = await PackageAsync("1.0.0", more);
        return await _world.Store.EnsureAsync(package.Version, _world.Registry);
    }

    private async Task StoreAsync(string version)
    {
        var package = await PackageAsync(version);
        await _world.Store.EnsureAsync(package.Version, _world.Registry);
    }

    private async Task<TestPackage> PackageAsync(string version = "1.0.0", params PackageInput[] more)
    {
        var package = await TestPackage.FrontendAsync("Charts", version, files: [new PackageInput(Script, Text), .. more]);
        _world.Registry.Publish(package);
        return package;
    }
}
