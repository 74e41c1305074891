using System.Text;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.UserData;

public sealed class InstallationKeysTests : IAsyncLifetime
{
    private TestWorld _world = null!;

    public async Task InitializeAsync()
    {
        _world = await TestWorld.CreateAsync(DatabaseKind.Sqlite);
        _world.Registry.Publish(await TestPackage.FrontendAsync("Notes", "1.0.0"), await TestPackage.FrontendAsync("Clock", "1.0.0"));
    }

    public Task DisposeAsync() => _world.DisposeAsync().AsTask();

    [Fact]
    public async Task Only_the_same_users_installation_of_the_same_plugin_opens_what_it_sealed()
    {
        var (ada, bob) = (await _world.AddUserAsync("ada"), await _world.AddUserAsync("bob"));
        var mine = (await InstalledAsync(ada, "Notes")).Crypto!;
        var closed = await mine.SealAsync("häuser");

        (await mine.OpenAsync(closed)).ShouldBe("häuser");
        closed.ShouldAllBe(character => char.IsAsciiLetterOrDigit(character) || character == '.' || character == '-' || character == '_');
        (await mine.SealAsync("häuser")).ShouldNotBe(closed, "the same text looks different each time");
        (await (await InstalledAsync(bob, "Notes")).Crypto!.OpenAsync(closed)).ShouldBeNull();
        (await (await InstalledAsync(ada, "Clock")).Crypto!.OpenAsync(closed)).ShouldBeNull();

        await _world.RestartAsync();
        (await _world.Scopes.Open((await _world.FindAsync(ada, "Notes")).ShouldNotBeNull(), ada).Crypto!.OpenAsync(closed)).ShouldBe("häuser");
    }

    [Fact]
    public async Task A_signature_holds_for_its_bytes_and_its_installation_alone()
    {
        var (ada, bob) = (await _world.AddUserAsync("ada"), await _world.AddUserAsync("bob"));
        var mine = (await InstalledAsync(ada, "Notes")).Crypto!;
        var bytes = Encoding.UTF8.GetBytes("pay 10");
        var signature = await mine.SignAsync(bytes);

        (await mine.VerifyAsync(bytes, signature)).ShouldBeTrue();
        (await mine.VerifyAsync(Encoding.UTF8.GetBytes("pay 1000"), signature)).ShouldBeFalse();
        (await (await InstalledAsync(bob, "Notes")).Crypto!.VerifyAsync(bytes, signature)).ShouldBeFalse();
        (await mine.OpenAsync(signature)).ShouldBeNull("a key has one purpose");
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.1000.")]
    [InlineData("1.1000.AAAA")]
    [InlineData("1.999999999.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("2.1000.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("1.1000.not base64")]
    public async Task What_was_never_sealed_opens_to_nothing(string text)
    {
        var mine = (await InstalledAsync(await _world.AddUserAsync(), "Notes")).Crypto!;
        (await mine.OpenAsync(text)).ShouldBeNull();
        (await mine.VerifyAsync(new byte[1], text)).ShouldBeFalse();
    }

    [Fact]
    public async Task The_audit_shows_a_user_their_own_rows_and_who_did_it_only_as_self_or_other()
    {
        var (ada, bob) = (await _world.AddUserAsync("ada"), await _world.AddUserAsync("bob"));
        await InstalledAsync(bob, "Clock");
        var audit = (await InstalledAsync(ada, "Notes")).Audit!;
        (await _world.Operations.InstallAsync(ada with { ActorId = bob.UserId }, new InstallRequest("Clock"))).ShouldBeDone();

        var rows = await audit.ListAsync();

        rows.Select(row => (row.Action, row.IsByUser)).ShouldBe([("plugin.install", false), ("plugin.install", true)]);
        (await audit.ListAsync(before: rows[0].Sequence, limit: 1)).ShouldHaveSingleItem().Sequence.ShouldBe(rows[1].Sequence);
    }

    private async Task<IUserScope> InstalledAsync(OperationCaller caller, string slug)
    {
        await _world.InstallAsync(caller, slug);
        return _world.Scopes.Open((await _world.FindAsync(caller, slug)).ShouldNotBeNull(), caller);
    }
}
