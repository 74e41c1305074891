using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;
using Berth.Lifecycle.Trust;
using Berth.Packaging.Signing;

namespace Berth.Lifecycle.Tests.Store.Signatures;

/// <summary>The host verifies when it takes a version in, and again each time it loads it.</summary>
public sealed class SignedVersionsTests : IAsyncLifetime
{
    private static readonly PluginVersionId Echo = new("Echo", "1.0.0");
    private readonly Signer _signer = new();
    private TestWorld _world = null!;
    private OperationCaller _ada = null!;

    public async Task InitializeAsync()
    {
        _world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        _world.Registry.Keys = [_signer.AuthorKey(), _signer.RegistryKey()];
        _ada = await _world.AddUserAsync();
    }

    public async Task DisposeAsync()
    {
        _signer.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_signed_version_is_installed_and_loaded_and_its_signatures_stay_beside_it()
    {
        var package = await PublishAsync();

        await _world.InstallAsync(_ada, "Echo", "1.0.0");

        (await _world.Store.FindVersionAsync("Echo", "1.0.0")).ShouldNotBeNull().Signatures.ShouldBe(package.Version.Signatures);
        (await LoadAsync()).ShouldBeNull();
        await _world.RestartAsync();
        (await LoadAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_signature_of_other_files_keeps_a_version_out()
    {
        var other = await _signer.SignAsync(await TestPackage.FrontendAsync("Other", "1.0.0"));
        var echo = await TestPackage.FixtureAsync("Echo", "1.0.0");
        _world.Registry.Publish(echo with { Version = echo.Version with { Signatures = other.Version.Signatures } });

        (await InstallAsync()).ShouldHaveFailed(SignatureFaultCodes.Wrong);

        _world.Store.Ids().ShouldBeEmpty();
        StateDump.Staging(_world).ShouldBe(0);
    }

    [Fact]
    public async Task A_signature_by_a_key_that_nobody_knows_keeps_a_version_out()
    {
        _world.Registry.Keys = [_signer.RegistryKey()];
        await PublishAsync();

        (await InstallAsync()).ShouldHaveFailed(SignatureFaultCodes.KeyUnknown);
    }

    [Fact]
    public async Task Where_the_trust_level_requires_it_a_version_without_an_authors_signature_is_not_taken()
    {
        _world.Registry.Publish(await TestPackage.FixtureAsync("Echo", "1.0.0"));
        await RequireAsync("verified");

        (await InstallAsync()).ShouldHaveFailed(SignatureFaultCodes.Required);

        await PublishAsync();
        await _world.InstallAsync(_ada, "Echo", "1.0.0");
    }

    [Fact]
    public async Task A_version_that_was_taken_before_signatures_were_required_is_not_loaded_any_more()
    {
        _world.Registry.Publish(await TestPackage.FixtureAsync("Echo", "1.0.0"));
        await _world.InstallAsync(_ada, "Echo", "1.0.0");

        await RequireAsync("verified");

        (await LoadAsync()).ShouldBe(SignatureFaultCodes.Required);
    }

    [Theory]
    [InlineData("author")]
    [InlineData("registry")]
    public async Task What_the_registrys_policy_requires_is_asked_for_at_the_install_and_at_the_load(string signer)
    {
        _world.Registry.Publish(await TestPackage.FixtureAsync("Echo", "1.0.0"));
        await _world.InstallAsync(_ada, "Echo", "1.0.0");
        await _world.RestartAsync(); // what runs goes on
        LearnThatRequired("verified", signer);

        var bob = await _world.AddUserAsync("bob");
        (await _world.Operations.InstallAsync(bob, new InstallRequest("Echo", "1.0.0"))).ShouldHaveFailed(SignatureFaultCodes.Required);
        (await LoadAsync()).ShouldBe(SignatureFaultCodes.Required);
        _world.Registry.Publish(await TestPackage.FixtureAsync("Echo", "1.1.0"));
        (await _world.Operations.UpdateAsync(_ada, new UpdateRequest("Echo", "1.1.0"))).ShouldHaveFailed(SignatureFaultCodes.Required);

        await _world.RestartAsync();
        LearnThatRequired("community", signer);
        (await LoadAsync()).ShouldBeNull("a policy says nothing of other levels");
        LearnThatRequired("verified", signer);
        await PublishAsync();
        await _world.InstallAsync(bob, "Echo", "1.0.0");
    }

    [Fact]
    public async Task Where_the_registrys_countersignature_is_required_the_authors_alone_is_not_enough()
    {
        _world.Registry.Publish(await _signer.SignAsync(await TestPackage.FixtureAsync("Echo", "1.0.0"), countersigned: false));
        await _world.InstallAsync(_ada, "Echo", "1.0.0");
        await _world.RestartAsync();

        LearnThatRequired("verified", "registry");

        (await LoadAsync()).ShouldBe(SignatureFaultCodes.Required);
    }

    [Fact]
    public async Task Of_the_hosts_setting_and_the_registrys_policy_the_stricter_counts()
    {
        await RequireAsync("verified");
        LearnThatRequired("verified");
        _world.Registry.Publish(await TestPackage.FixtureAsync("Echo", "1.0.0"));
        (await InstallAsync()).ShouldHaveFailed(SignatureFaultCodes.Required);

        LearnThatRequired("verified", "registry");
        _world.Registry.Publish(await _signer.SignAsync(await TestPackage.FixtureAsync("Echo", "1.0.0"), countersigned: false));
        (await InstallAsync()).ShouldHaveFailed(SignatureFaultCodes.Required);

        await PublishAsync();
        await _world.InstallAsync(_ada, "Echo", "1.0.0");
    }

    [Fact]
    public async Task A_key_that_was_revoked_since_the_install_ends_the_next_load()
    {
        await PublishAsync();
        await _world.InstallAsync(_ada, "Echo", "1.0.0");
        (await LoadAsync()).ShouldBeNull();

        _world.Registry.Keys = [_signer.AuthorKey(new KeyValidity(Signer.Start, RevokedSince: Signer.Start.AddDays(9))), _signer.RegistryKey()];
        await _world.RestartAsync();

        (await LoadAsync()).ShouldBe(SignatureFaultCodes.KeyRevoked);
        var bob = await _world.AddUserAsync("bob");
        (await _world.Operations.InstallAsync(bob, new InstallRequest("Echo", "1.0.0"))).ShouldHaveFailed(SignatureFaultCodes.KeyRevoked);
    }

    [Fact]
    public async Task A_front_end_without_code_is_not_installed_again_when_its_key_was_revoked()
    {
        _world.Registry.Publish(await _signer.SignAsync(await TestPackage.FrontendAsync("Charts", "1.0.0")));
        await _world.InstallAsync(_ada, "Charts");

        _world.Registry.Keys = [_signer.AuthorKey(new KeyValidity(Signer.Start, RevokedSince: Signer.Start)), _signer.RegistryKey()];
        await _world.RestartAsync();

        var bob = await _world.AddUserAsync("bob");
        (await _world.Operations.InstallAsync(bob, new InstallRequest("Charts"))).ShouldHaveFailed(SignatureFaultCodes.KeyRevoked);
    }

    [Fact]
    public async Task A_revocation_since_a_later_time_leaves_what_was_received_before()
    {
        await PublishAsync();
        _world.Registry.Keys = [_signer.AuthorKey(new KeyValidity(Signer.Start, RevokedSince: Signer.Start.AddDays(11))), _signer.RegistryKey()];

        await _world.InstallAsync(_ada, "Echo", "1.0.0");

        (await LoadAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task R57_A_keys_expiry_does_not_kill_what_was_countersigned_while_it_was_valid()
    {
        _world.Registry.Keys = [_signer.AuthorKey(new KeyValidity(Signer.Start, NotAfter: Signer.Start.AddDays(20))), _signer.RegistryKey()];
        await PublishAsync();
        await _world.InstallAsync(_ada, "Echo", "1.0.0");
        (await LoadAsync()).ShouldBeNull();

        _world.Registry.Publish(await _signer.SignAsync(await TestPackage.FixtureAsync("Echo", "1.1.0"), countersigned: false));
        (await _world.Operations.UpdateAsync(_ada, new UpdateRequest("Echo", "1.1.0"))).ShouldHaveFailed(SignatureFaultCodes.KeyExpired);
    }

    [Fact]
    public async Task A_manifest_that_was_changed_on_the_disk_ends_the_load()
    {
        await PublishAsync();
        var manifest = Path.Combine((await _world.Store.EnsureAsync((await _world.Registry.VersionsAsync("Echo"))[0], _world.Registry)).Directory, "plugin.json");
        File.SetUnixFileMode(manifest, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace("\"version\"", " \"version\"", StringComparison.Ordinal));
        await _world.RestartAsync();

        (await LoadAsync()).ShouldBe(SignatureFaultCodes.Wrong);
    }

    [Fact]
    public async Task A_registry_that_is_away_does_not_stop_what_is_installed()
    {
        await PublishAsync();
        await _world.InstallAsync(_ada, "Echo", "1.0.0");
        await _world.RestartAsync();

        _world.Registry.IsAway = true;

        (await LoadAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Private_packages_are_asked_for_what_the_host_demands_and_not_for_what_its_registrys_policies_do()
    {
        LearnThatRequired("community", "author", "registry");
        RequiredOf(isPrivate: false).ShouldBe(RequiredSigners.Author | RequiredSigners.Registry);
        RequiredOf(isPrivate: true).ShouldBe(RequiredSigners.None);

        await RequireAsync("community");

        RequiredOf(isPrivate: true).ShouldBe(RequiredSigners.Author);

        RequiredSigners RequiredOf(bool isPrivate) => _world.Get<ISignatureTrust>().RequiredOf("Echo", "community", isPrivate);
    }

    private async Task<TestPackage> PublishAsync()
    {
        var package = await _signer.SignAsync(await TestPackage.FixtureAsync("Echo", "1.0.0"));
        _world.Registry.Publish(package);
        return package;
    }

    private Task<OperationOutcome> InstallAsync() => _world.Operations.InstallAsync(_ada, new InstallRequest("Echo", "1.0.0"));

    private void LearnThatRequired(string level, params string[] signers) =>
        _world.Get<RegistryTrust>().Learn(TrustKnowledge.Read($$"""{"policies":[{"level":"{{level}}","required_signatures":[{{string.Join(',', signers.Select(signer => $"\"{signer}\""))}}]}]}"""));

    private async Task RequireAsync(string level)
    {
        _world.SignedLevels = new HashSet<string> { level };
        await _world.RestartAsync();
    }

    /// <summary>The code of what ended the load, or <see langword="null"/>.</summary>
    private async Task<string?> LoadAsync()
    {
        var outcome = await _world.Get<IInstancePool>().LeaseAsync(Echo);
        if (outcome is LeaseOutcome.Leased leased)
        {
            leased.Lease.Dispose();
            return null;
        }

        return outcome.ShouldBeOfType<LeaseOutcome.Failed>(outcome.ToString()).Code;
    }
}
