using Berth.Packaging.Signing;
using Berth.Server.Configuration;
using Microsoft.Extensions.Configuration;

namespace Berth.Server.Tests.Configuration;

public sealed class SignatureSettingsTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Trusted_keys_and_levels_are_read()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        var file = Write(JsonWebKeySet.Write([key.Public]));

        var settings = Read(("BERTH_TRUSTED_KEYS", file), ("BERTH_REQUIRE_SIGNATURES", "internal, verified"));

        settings.RegistryKeys.ShouldNotBeNull().ShouldHaveSingleItem().Thumbprint.ShouldBe(key.Public.Thumbprint);
        settings.SignedLevels.ShouldBe(["internal", "verified"]);
        var shown = SettingsReport.Of(settings).ToDictionary(setting => setting.Name, setting => setting.Value);
        (shown["BERTH_TRUSTED_KEYS"], shown["BERTH_REQUIRE_SIGNATURES"]).ShouldBe((file, "internal,verified"));
    }

    [Fact]
    public void Keys_have_to_prove_themselves_when_the_operator_says_so()
    {
        Read().RequiresKeyProof.ShouldBeFalse();
        Read(("BERTH_KEY_PROOF", "optional")).RequiresKeyProof.ShouldBeFalse();
        var strict = Read(("BERTH_KEY_PROOF", "required"));
        strict.RequiresKeyProof.ShouldBeTrue();
        SettingsReport.Of(strict).Single(setting => setting.Name == "BERTH_KEY_PROOF").Value.ShouldBe("required");
        Should.Throw<BerthSettingsException>(() => Read(("BERTH_KEY_PROOF", "never"))).Message.ShouldContain("BERTH_KEY_PROOF");
    }

    [Fact]
    public void Without_them_no_key_is_given_and_nothing_is_required()
    {
        var settings = Read();

        settings.RegistryKeys.ShouldBeNull();
        settings.SignedLevels.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("not JSON")]
    public void A_file_without_keys_stops_the_start(string text) =>
        Should.Throw<BerthSettingsException>(() => Read(("BERTH_TRUSTED_KEYS", Write(text)))).Message.ShouldStartWith("BERTH_TRUSTED_KEYS: ");

    [Fact]
    public void A_file_that_is_not_there_and_a_level_that_is_none_stop_the_start()
    {
        Should.Throw<BerthSettingsException>(() => Read(("BERTH_TRUSTED_KEYS", Path.Combine(_folder.Path, "none.json"))));
        Should.Throw<BerthSettingsException>(() => Read(("BERTH_REQUIRE_SIGNATURES", "everybody"))).Message.ShouldContain("everybody");
    }

    private static BerthSettings Read(params (string Name, string Value)[] settings) =>
        BerthSettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Name, (string?)one.Value))).Build());

    private string Write(string text)
    {
        var path = Path.Combine(_folder.Path, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, text);
        return path;
    }
}
