using System.Text.RegularExpressions;
using Berth.Server.Auth;

namespace Berth.Server.Tests.Auth;

/// <summary>Tokens that secret scanners recognise.</summary>
public sealed class AccessTokenTests
{
    [Theory]
    [InlineData(AccessToken.PersonalPrefix)]
    [InlineData(AccessToken.SessionPrefix)]
    public void A_token_has_the_documented_form_and_its_own_checksum(string prefix)
    {
        var pattern = new Regex(AccessToken.Pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
        for (var i = 0; i < 500; i++)
        {
            var token = AccessToken.Create(prefix);
            pattern.Matches($"TOKEN=\"{token}\"").ShouldHaveSingleItem().Value.ShouldBe(token);
            AccessToken.HasChecksum(token).ShouldBeTrue(token);
        }
    }

    [Fact]
    public void A_letter_that_differs_is_seen()
    {
        var token = AccessToken.Create(AccessToken.PersonalPrefix);
        for (var i = AccessToken.PersonalPrefix.Length; i < token.Length; i++)
            AccessToken.HasChecksum(token[..i] + (token[i] == 'x' ? 'y' : 'x') + token[(i + 1)..]).ShouldBeFalse();
        AccessToken.HasChecksum("").ShouldBeFalse();
        AccessToken.HasChecksum("berth_pat_" + new string('x', 49)).ShouldBeFalse("what only looks like one");
    }

    [Fact]
    public async Task Every_way_to_a_token_gives_one_of_this_form_and_other_forms_work_as_well()
    {
        await using var server = await TestServer.StartAsync();
        var ana = await server.CreateUserAsync();
        foreach (var token in new[] { ana.Token, await ana.CreateTokenAsync() })
            AccessToken.HasChecksum(token).ShouldBeTrue();
        AccessToken.HasChecksum(TestServer.AdminToken).ShouldBeFalse();
        (await server.Host().GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK, "an administrator's own, from the settings");
    }
}
