using Berth.Lifecycle.Store;
using Berth.Lifecycle.Store.Signatures;
using Berth.Lifecycle.Tests.World;
using Berth.Packaging.Signing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Lifecycle.Tests.Store.Signatures;

public sealed class TrustedKeysTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Signer _signer = new();
    private readonly SigningKey _next = SigningKey.Create(SignatureAlgorithm.ES256);
    private readonly TestRegistry _registry = new();

    public TrustedKeysTests() => _registry.Keys = [_signer.AuthorKey(), _signer.RegistryKey()];

    public void Dispose()
    {
        _next.Dispose();
        _signer.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_registrys_keys_of_the_first_sight_are_kept()
    {
        (await KidsAsync()).ShouldBe([_signer.Author.Public.Thumbprint, _signer.Registry.Public.Thumbprint], ignoreOrder: true);

        // Somebody answers in its place, with a key of their own.
        _registry.Keys = [_signer.AuthorKey(), NextKey(vouch: null)];

        (await KidsAsync()).ShouldNotContain(_next.Public.Thumbprint);
        (await KidsAsync()).ShouldContain(_signer.Registry.Public.Thumbprint, "what it signed is still in the store");
    }

    [Fact]
    public async Task A_rotated_key_is_trusted_when_the_one_before_vouches_for_it()
    {
        await KidsAsync();

        _registry.Keys = [_signer.RegistryKey(new KeyValidity(Signer.Start, RetiredAt: Signer.Start.AddDays(5))), NextKey(KeyVouch.Create(_next.Public, _signer.Registry, Signer.Start.AddDays(5)))];

        (await KidsAsync()).ShouldContain(_next.Public.Thumbprint);
    }

    [Fact]
    public async Task Authors_and_revoked_keys_vouch_for_nothing()
    {
        await KidsAsync();

        _registry.Keys = [_signer.AuthorKey(), _signer.RegistryKey(), NextKey(KeyVouch.Create(_next.Public, _signer.Author, Signer.Start))];
        (await KidsAsync()).ShouldNotContain(_next.Public.Thumbprint);
        _registry.Keys = [_signer.RegistryKey(new KeyValidity(Signer.Start, RevokedSince: Signer.Start.AddDays(1))), NextKey(KeyVouch.Create(_next.Public, _signer.Registry, Signer.Start))];
        (await KidsAsync()).ShouldNotContain(_next.Public.Thumbprint);
    }

    [Fact]
    public async Task Keys_that_the_operator_names_replace_the_first_sight()
    {
        (await KidsAsync(given: [_next.Public])).ShouldBe([_signer.Author.Public.Thumbprint, _next.Public.Thumbprint], ignoreOrder: true);
    }

    [Fact]
    public async Task An_own_registry_is_believed_as_it_is()
    {
        var own = new TestRegistry { IsOwnRegistry = true, Keys = [_signer.RegistryKey()] };
        using var keys = Keys(own);
        await keys.KeysAsync(default);
        own.Keys = [NextKey(vouch: null)];

        using var after = Keys(own);
        (await after.KeysAsync(default)).Keys.ShouldContain(_next.Public.Thumbprint);
        File.Exists(Path.Combine(_folder.Path, "cache", "keys.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_revocation_is_never_forgotten()
    {
        var since = Signer.Start.AddDays(3);
        _registry.Keys = [_signer.AuthorKey(new KeyValidity(Signer.Start, RevokedSince: since)), _signer.RegistryKey()];
        await KidsAsync();

        _registry.Keys = [_signer.AuthorKey(new KeyValidity(Signer.Start, RevokedSince: since.AddDays(9))), _signer.RegistryKey()];
        (await ReadAsync())[_signer.Author.Public.Thumbprint].Validity.RevokedSince.ShouldBe(since);
        _registry.Keys = [_signer.AuthorKey(), _signer.RegistryKey()];
        (await ReadAsync())[_signer.Author.Public.Thumbprint].Validity.RevokedSince.ShouldBe(since);
    }

    [Fact]
    public async Task A_key_never_changes_from_a_publishers_to_the_registrys()
    {
        await KidsAsync();

        _registry.Keys = [_signer.RegistryKey(), new AvailableKey(new TrustedKey(_signer.Author.Public, new KeyValidity(Signer.Start), IsRegistry: true))];

        (await ReadAsync())[_signer.Author.Public.Thumbprint].IsRegistry.ShouldBeFalse();
    }

    [Fact]
    public async Task A_registry_that_is_away_leaves_the_keys_that_were_known()
    {
        await KidsAsync();
        _registry.IsAway = true;

        (await KidsAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_damaged_file_is_no_first_sight()
    {
        await KidsAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "cache", "keys.json"), "{");

        await Should.ThrowAsync<InvalidDataException>(() => KidsAsync());
    }

    [Fact]
    public async Task The_same_keys_are_the_same_object()
    {
        using var keys = Keys(_registry);

        (await keys.KeysAsync(default)).ShouldBeSameAs(await keys.KeysAsync(default));
    }

    [Fact]
    public async Task Keys_are_asked_for_again_before_they_are_too_old_and_nobody_waits_for_it()
    {
        var time = new SteppedTime();
        using var keys = Keys(_registry, time: time);
        var known = await keys.KeysAsync(default);
        _registry.Keys = [_signer.AuthorKey(), _signer.RegistryKey(), NextKey(KeyVouch.Create(_next.Public, _signer.Registry, Signer.Start))];
        time.Advance(TimeSpan.FromSeconds(6));

        var asked = keys.KeysAsync(default);

        asked.IsCompletedSuccessfully.ShouldBeTrue();
        (await asked).ShouldBeSameAs(known);
        while (!(await keys.KeysAsync(default)).ContainsKey(_next.Public.Thumbprint))
            await Task.Delay(5);
    }

    private AvailableKey NextKey(string? vouch) => new(new TrustedKey(_next.Public, new KeyValidity(Signer.Start.AddDays(5)), IsRegistry: true), vouch);

    private TrustedKeys Keys(TestRegistry registry, IReadOnlyList<VerificationKey>? given = null, TimeProvider? time = null) => new(
        new LifecycleOptions { PluginsDirectory = _folder.Path, HostVersion = "1.0.0", RegistryKeys = given }, registry, time ?? TimeProvider.System, NullLogger<TrustedKeys>.Instance);

    /// <summary>As after a restart.</summary>
    private async Task<IReadOnlyDictionary<string, TrustedKey>> ReadAsync(IReadOnlyList<VerificationKey>? given = null)
    {
        using var keys = Keys(_registry, given);
        return await keys.KeysAsync(default);
    }

    private async Task<IReadOnlyList<string>> KidsAsync(IReadOnlyList<VerificationKey>? given = null) => [.. (await ReadAsync(given)).Keys];

    private sealed class SteppedTime : TimeProvider
    {
        private long _at;

        public override long GetTimestamp() => Volatile.Read(ref _at);

        public void Advance(TimeSpan by) => Interlocked.Add(ref _at, (long)(by.TotalSeconds * TimestampFrequency));
    }
}
