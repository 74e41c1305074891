using Berth.Cli.Profiles;

namespace Berth.Cli.Tests.Profiles;

public sealed class ProfileStoreTests : IDisposable
{
    private readonly CliRun _cli = new(token: null);
    private readonly ProfileStore _store;

    public ProfileStoreTests() => _store = ProfileStore.Of(name => name == "XDG_CONFIG_HOME" ? _cli.Folder : null);

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Tokens_are_readable_by_their_owner_alone_and_not_in_the_profile()
    {
        await _store.SignInAsync("default", Token("berth_pat_secret"), CancellationToken.None);
        File.GetUnixFileMode(_cli.CredentialsFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await File.ReadAllTextAsync(_cli.ConfigFile)).ShouldNotContain("berth_pat_secret");
        (await File.ReadAllTextAsync(_cli.CredentialsFile)).ShouldContain("berth_pat_secret");
    }

    [Fact]
    public async Task A_file_that_was_open_to_others_is_closed_when_it_is_written()
    {
        await _store.SignInAsync("default", Token("a"), CancellationToken.None);
        File.SetUnixFileMode(_cli.CredentialsFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        PrivateFile.IsOpenToOthers(_cli.CredentialsFile).ShouldBeTrue();
        await _store.SignInAsync("default", Token("b"), CancellationToken.None);
        PrivateFile.IsOpenToOthers(_cli.CredentialsFile).ShouldBeFalse();
    }

    [Fact]
    public async Task R16_Sixteen_sign_ins_at_once_lose_none()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => _store.SignInAsync($"p{i}", Token($"t{i}"), CancellationToken.None))));
        _store.ReadCredentials().Tokens.Keys.Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, 16).Select(i => $"p{i}").Order(StringComparer.Ordinal));
        Directory.GetFiles(Path.GetDirectoryName(_cli.ConfigFile)!, "*.tmp").ShouldBeEmpty();
    }

    [Fact]
    public async Task Signing_out_forgets_one_token_and_keeps_the_profile()
    {
        await _store.SignInAsync("a", Token("1"), CancellationToken.None);
        await _store.SignInAsync("b", Token("2"), CancellationToken.None);
        await _store.SignOutAsync("a", CancellationToken.None);
        _store.ReadCredentials().Tokens.Keys.ShouldBe(["b"]);
        _store.ReadConfig().Profiles.Keys.ShouldBe(["a", "b"], ignoreOrder: true);
    }

    [Fact]
    public void A_relative_XDG_CONFIG_HOME_is_ignored_as_its_specification_says() =>
        ProfileStore.Of(name => name switch { "XDG_CONFIG_HOME" => "relative", "HOME" => "/home/ana", _ => null })
            .ConfigFile.ShouldBe("/home/ana/.config/berth/config.json");

    private static Credential Token(string token) => new("http://localhost:4001", token, "ana", FromSignIn: true);
}
