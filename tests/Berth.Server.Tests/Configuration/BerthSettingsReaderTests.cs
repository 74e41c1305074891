using Berth.Server.Configuration;
using Microsoft.Extensions.Configuration;

namespace Berth.Server.Tests.Configuration;

public sealed class BerthSettingsReaderTests
{
    [Fact]
    public void Without_anything_the_contracts_defaults_are_in_force()
    {
        var settings = Read();
        settings.DataDirectory.ShouldBe(Path.GetFullPath("./data"));
        settings.PluginsDirectory.ShouldBe(Path.GetFullPath("./data/plugins"));
        settings.Database.ShouldBe("sqlite");
        settings.HostUrls.ShouldBe(["http://localhost:4001"]);
        settings.RegistryUrls.ShouldBe(["http://localhost:6001"]);
        settings.Role.ShouldBe(BerthRole.All);
        settings.AdminToken.ShouldBeNull();
        settings.RateLimits.ShouldBeTrue();
        settings.AllowedOrigins.ShouldBeEmpty();
        settings.CleanupInterval.ShouldBe(TimeSpan.FromSeconds(300));
        settings.ManagerTimeout.ShouldBe(TimeSpan.FromSeconds(1800));
        settings.VersionRetention.ShouldBe(TimeSpan.FromDays(30));
        settings.OperationRetention.ShouldBe(TimeSpan.FromDays(90));
        settings.EventRetention.ShouldBe(TimeSpan.FromDays(30));
        settings.AuditRetention.ShouldBeNull();
    }

    [Fact]
    public void Every_setting_can_be_set()
    {
        var settings = Read(
            ("BERTH_DATABASE", "Host=localhost;Database=berth"), ("BERTH_HOST_URLS", "http://*:80; https://berth.example"), ("BERTH_ROLE", "Registry"), ("BERTH_RATE_LIMITS", "OFF"),
            ("PLUGINS_BASE_DIR", "/srv/plugins"), ("CLEANUP_INTERVAL_SECONDS", "5"), ("MANAGER_TIMEOUT_SECONDS", "6"), ("VERSION_RETENTION_DAYS", "7"), ("BERTH_ADMIN_TOKEN", "a-long-token"),
            ("OPERATION_RETENTION_DAYS", "8"), ("EVENT_RETENTION_DAYS", "0"), ("AUDIT_RETENTION_DAYS", "365"), ("BERTH_ALLOWED_ORIGINS", "https://app.example, http://localhost:3000,http://[::1]:81,"));
        settings.Database.ShouldBe("Host=localhost;Database=berth");
        settings.HostUrls.ShouldBe(["http://*:80", "https://berth.example"]);
        settings.Role.ShouldBe(BerthRole.Registry);
        settings.RateLimits.ShouldBeFalse();
        settings.PluginsDirectory.ShouldBe("/srv/plugins");
        settings.CleanupInterval.ShouldBe(TimeSpan.FromSeconds(5));
        settings.ManagerTimeout.ShouldBe(TimeSpan.FromSeconds(6));
        settings.VersionRetention.ShouldBe(TimeSpan.FromDays(7));
        settings.OperationRetention.ShouldBe(TimeSpan.FromDays(8));
        settings.EventRetention.ShouldBeNull("0 is for ever");
        settings.AuditRetention.ShouldBe(TimeSpan.FromDays(365));
        settings.AdminToken.ShouldBe("a-long-token");
        settings.AllowedOrigins.ShouldBe(["https://app.example", "http://localhost:3000", "http://[::1]:81"]);
    }

    [Theory]
    [InlineData("BERTH_ROLE", "everything")]
    [InlineData("BERTH_DATABASE", "postgres")]
    [InlineData("BERTH_PACKAGES", "s3://bucket")]
    [InlineData("AUDIT_RETENTION_DAYS", "-1")]
    [InlineData("VERSION_RETENTION_DAYS", "0")]
    [InlineData("VERSION_RETENTION_DAYS", "999999999")]
    [InlineData("CLEANUP_INTERVAL_SECONDS", "999999999")]
    [InlineData("EVENT_RETENTION_DAYS", "a while")]
    [InlineData("BERTH_HOST_URLS", "ftp://localhost")]
    [InlineData("BERTH_REGISTRY_URLS", "localhost:6001")]
    [InlineData("BERTH_RATE_LIMITS", "some")]
    [InlineData("BERTH_ADMIN_TOKEN", "short")]
    [InlineData("BERTH_ADMIN_TOKEN", "with a space in it")]
    [InlineData("BERTH_ALLOWED_ORIGINS", "*")]
    [InlineData("BERTH_ALLOWED_ORIGINS", "null")]
    [InlineData("BERTH_ALLOWED_ORIGINS", "app.example")]
    [InlineData("BERTH_ALLOWED_ORIGINS", "https://*.example")]
    [InlineData("BERTH_ALLOWED_ORIGINS", "https://app.example/")]
    [InlineData("BERTH_ALLOWED_ORIGINS", "https://app.example/page")]
    [InlineData("BERTH_ALLOWED_ORIGINS", "https://app.example:443")]
    [InlineData("BERTH_ALLOWED_ORIGINS", "https://App.example")]
    [InlineData("BERTH_ALLOWED_ORIGINS", "https://ana:secret@app.example")]
    [InlineData("BERTH_ALLOWED_ORIGINS", "file:///srv/page.html")]
    [InlineData("BERTH_ALLOWED_ORIGINS", "https://app.example; https://other.example")]
    [InlineData("CLEANUP_INTERVAL_SECONDS", "0")]
    [InlineData("MANAGER_TIMEOUT_SECONDS", "-1")]
    [InlineData("VERSION_RETENTION_DAYS", "1.5")]
    [InlineData("BERTH_UNKNOWN", "x")]
    public void A_bad_value_or_an_unknown_name_is_told_in_one_line_that_names_it(string name, string value)
    {
        var message = Should.Throw<BerthSettingsException>(() => Read((name, value))).Message;
        message.ShouldContain(name);
        message.ShouldNotContain("\n");
    }

    [Fact]
    public void A_refused_administrators_token_is_not_repeated() =>
        Should.Throw<BerthSettingsException>(() => Read(("BERTH_ADMIN_TOKEN", "my secret"))).Message.ShouldNotContain("my secret");

    [Fact]
    public void A_damaged_file_is_told_in_one_line()
    {
        using var folder = new TestFolder();
        File.WriteAllText(Path.Combine(folder.Path, "berth.json"), "{ not json");
        Should.Throw<BerthSettingsException>(() => BerthSettingsReader.Read([], folder.Path)).Message.ShouldNotContain("\n");
    }

    private static BerthSettings Read(params (string Name, string Value)[] values) =>
        BerthSettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Name, (string?)value.Value))).Build());
}
