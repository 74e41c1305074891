using Berth.Cli.Output;
using Berth.Cli.Profiles;

namespace Berth.Cli.Tests.Profiles;

public sealed class SessionTests : IDisposable
{
    private readonly CliRun _cli = new(token: null);
    private readonly ProfileStore _store;

    public SessionTests() => _store = ProfileStore.Of(name => name == "XDG_CONFIG_HOME" ? _cli.Folder : null);

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void Without_anything_it_is_the_local_server_and_nobody() =>
        Open().ShouldBe(new Session("default", new Uri("http://localhost:4001"), null, null));

    [Fact]
    public async Task An_option_wins_over_the_environment_and_the_environment_over_the_profile()
    {
        await SignInAsync("default", "http://profile:1", "p");
        Open().ServerText.ShouldBe("http://profile:1");
        Open(environment: "http://environment:2").ServerText.ShouldBe("http://environment:2");
        Open(environment: "http://environment:2", option: "http://option:3").ServerText.ShouldBe("http://option:3");
    }

    [Fact]
    public async Task A_stored_token_is_shown_to_the_server_that_gave_it_and_to_no_other()
    {
        await SignInAsync("default", "http://mine:1", "secret");
        Open().Token.ShouldBe("secret");
        Open(option: "http://mine:1/").Token.ShouldBe("secret");
        Open(option: "http://other:1").Token.ShouldBeNull();
        Open(option: "https://mine:1").Token.ShouldBeNull();
    }

    [Fact]
    public async Task The_token_of_the_environment_wins()
    {
        await SignInAsync("default", "http://mine:1", "secret");
        Session.Open(_store, name => name == "BERTH_TOKEN" ? "given" : null, null, null).Token.ShouldBe("given");
    }

    [Fact]
    public async Task A_profile_is_chosen_by_option_or_environment_and_an_unknown_one_is_an_error()
    {
        await SignInAsync("work", "http://work:1", "w");
        Session.Open(_store, _ => null, "work", null).Token.ShouldBe("w");
        Session.Open(_store, name => name == "BERTH_PROFILE" ? "work" : null, null, null).Token.ShouldBe("w");
        Should.Throw<CommandFailedException>(() => Session.Open(_store, _ => null, "home", null)).Exit.ShouldBe(ExitCode.NotFound);
    }

    [Theory]
    [InlineData("localhost:4001")]
    [InlineData("ftp://host")]
    [InlineData("http://user:password@host")]
    [InlineData("not an address")]
    public void What_is_no_address_of_a_server_is_a_usage_error(string text) =>
        Should.Throw<CommandFailedException>(() => Open(option: text)).Exit.ShouldBe(ExitCode.Usage);

    private Session Open(string? environment = null, string? option = null) =>
        Session.Open(_store, name => name == "BERTH_SERVER" ? environment : null, null, option);

    private Task SignInAsync(string profile, string server, string token) =>
        _store.SignInAsync(profile, new Credential(server, token, "ana", FromSignIn: true), CancellationToken.None);
}
