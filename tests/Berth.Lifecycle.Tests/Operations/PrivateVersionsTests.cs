using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.PrivatePackages;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations;

/// <summary>Version is not identity: the digest is, and private packages never mix with public ones.</summary>
public sealed class PrivateVersionsTests : IAsyncLifetime
{
    private TestWorld _world = null!;
    private OperationCaller _ada = null!;

    public async Task InitializeAsync()
    {
        _world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        _ada = await _world.AddUserAsync();
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task R07_a_digest_installs_exactly_these_bytes_under_a_label_when_the_number_is_taken()
    {
        var open = await PublishAsync("1.0.0");
        await _world.InstallAsync(await _world.AddUserAsync("bob"), "Charts");
        var own = await KeepAsync("1.0.0", "Own");

        var result = (await _world.Operations.InstallAsync(_ada, new InstallRequest("Charts", Digest: own))).ShouldBeDone();

        result.Version.ShouldBe($"1.0.0+sha.{own[..8]}");
        (await _world.FindAsync(_ada, "Charts"))!.Digest.ShouldBe(own);
        _world.Store.Find("Charts", "1.0.0")!.Digest.ShouldBe(open);
        _world.Store.Find("Charts", result.Version)!.IsPrivate.ShouldBeTrue();
        (await _world.Operations.UpdateAsync(_ada, new UpdateRequest("Charts", "1.0.0"))).ShouldBeRefused(RefusalKind.Conflict, "update.not_newer");
    }

    [Fact]
    public async Task A_digest_that_is_somebody_elses_does_not_exist()
    {
        await PublishAsync("1.0.0");
        var own = await KeepAsync("1.0.0", "Own");
        var bob = await _world.AddUserAsync("bob");

        (await _world.Operations.InstallAsync(bob, new InstallRequest("Charts", Digest: own))).ShouldBeRefused(RefusalKind.NotFound, "version.unknown");
        (await _world.Operations.InstallAsync(_ada, new InstallRequest("Charts", Digest: new string('0', 64)))).ShouldBeRefused(RefusalKind.NotFound, "version.unknown");
    }

    [Fact]
    public async Task A_private_plugin_is_updated_from_private_versions_only_unless_a_version_is_named()
    {
        await KeepAsync("1.0.0", "First");
        (await _world.Operations.InstallAsync(_ada, new InstallRequest("Charts"))).ShouldBeDone();
        await PublishAsync("9.9.9");

        (await CandidateAsync()).ShouldBeNull();
        (await _world.Operations.UpdateAsync(_ada, new UpdateRequest("Charts"))).ShouldBeRefused(RefusalKind.Conflict, "update.not_newer");
        await KeepAsync("1.1.0", "Second");
        (await CandidateAsync()).ShouldBe("1.1.0");
        (await _world.Operations.UpdateAsync(_ada, new UpdateRequest("Charts"))).ShouldBeDone().Version.ShouldBe("1.1.0");
        (await _world.Operations.UpdateAsync(_ada, new UpdateRequest("Charts", "9.9.9"))).ShouldBeDone().Version.ShouldBe("9.9.9");
    }

    [Fact]
    public async Task A_public_plugin_is_never_brought_to_a_private_version_by_itself()
    {
        await PublishAsync("1.0.0");
        await KeepAsync("5.0.0", "Own");

        (await _world.Operations.InstallAsync(_ada, new InstallRequest("Charts"))).ShouldBeDone().Version.ShouldBe("1.0.0");
        (await CandidateAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task With_the_registry_away_nobody_gets_what_is_private_to_another_user()
    {
        await KeepAsync("1.0.0", "Own");
        (await _world.Operations.InstallAsync(_ada, new InstallRequest("Charts"))).ShouldBeDone();
        _world.Registry.IsAway = true;

        (await _world.Operations.InstallAsync(await _world.AddUserAsync("bob"), new InstallRequest("Charts"))).ShouldBeRefused(RefusalKind.Unavailable, "registry.unavailable");
    }

    [Fact]
    public async Task A_rollback_returns_to_the_very_bytes_also_when_the_store_lost_them()
    {
        var own = await KeepAsync("1.0.0", "First");
        (await _world.Operations.InstallAsync(_ada, new InstallRequest("Charts"))).ShouldBeDone();
        await KeepAsync("1.1.0", "Second");
        (await _world.Operations.UpdateAsync(_ada, new UpdateRequest("Charts"))).ShouldBeDone();
        await PublishAsync("1.0.0");
        Berth.Lifecycle.Store.FolderTree.Delete(_world.Store.Find("Charts", "1.0.0")!.Directory);
        await _world.RestartAsync();

        (await _world.Operations.RollbackAsync(_ada, new RollbackRequest("Charts"))).ShouldBeDone();

        (await _world.FindAsync(_ada, "Charts"))!.Digest.ShouldBe(own);
    }

    private async Task<string> PublishAsync(string version)
    {
        var package = await TestPackage.FrontendAsync("Charts", version, modules: ["Public"]);
        _world.Registry.Publish(package);
        return package.Version.Digest;
    }

    private async Task<string> KeepAsync(string version, string module)
    {
        var package = await TestPackage.FrontendAsync("Charts", version, modules: [module]);
        (await _world.Get<IPrivatePackages>().AddAsync(_ada.UserId, new MemoryStream(package.Bytes), _ada.UserId)).ShouldBeOfType<PrivatePackageOutcome.Added>();
        return package.Version.Digest;
    }

    private async Task<string?> CandidateAsync() => (await _world.Get<IUpdateCandidates>().FindAsync(
        (await _world.FindAsync(_ada, "Charts"))!, await _world.Installations.OfUserAsync(_ada.UserId)))?.Version;
}
