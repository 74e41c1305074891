using Berth.Registry.Search;
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
        settings.AutoUpdateInterval.ShouldBe(TimeSpan.FromHours(1));
        settings.ManagerTimeout.ShouldBe(TimeSpan.FromSeconds(1800));
        settings.VersionRetention.ShouldBe(TimeSpan.FromDays(30));
        settings.OperationRetention.ShouldBe(TimeSpan.FromDays(90));
        settings.EventRetention.ShouldBe(TimeSpan.FromDays(30));
        settings.AuditRetention.ShouldBeNull();
        settings.WorkerSpares.ShouldBe(1);
        settings.SearchEngine.ShouldBe(SearchEngineChoice.Auto);
    }

    [Theory]
    [InlineData("auto", SearchEngineChoice.Auto)]
    [InlineData("memory", SearchEngineChoice.Memory)]
    [InlineData("Database", SearchEngineChoice.Database)]
    public void What_answers_searches_is_named_and_shown(string text, SearchEngineChoice engine)
    {
        var settings = Read(("BERTH_SEARCH_ENGINE", text));

        settings.SearchEngine.ShouldBe(engine);
        SettingsReport.Of(settings).Single(setting => setting.Name == "BERTH_SEARCH_ENGINE").Value.ShouldBe(text.ToLowerInvariant());
    }

    [Fact]
    public void An_engine_that_is_not_there_is_refused_by_name() =>
        Should.Throw<BerthSettingsException>(() => Read(("BERTH_SEARCH_ENGINE", "lucene"))).Message.ShouldBe("BERTH_SEARCH_ENGINE: 'lucene' is not one of auto, memory, database.");

    [Theory]
    [InlineData("none", "")]
    [InlineData("lz4", "lz4")]
    [InlineData("lz4, zstd", "lz4,zstd")]
    public void The_codings_of_the_store_are_those_that_are_named(string text, string expected) =>
        string.Join(',', Read(("BERTH_STORE_CODINGS", text), ("BERTH_RECOMPRESSION", "off")).StoreCodings.Order()).ShouldBe(expected);

    [Fact]
    public void Isolation_is_set_for_the_trust_levels_and_limits_that_are_named_and_stays_for_the_others()
    {
        var isolation = Read(
            ("BERTH_ISOLATION", "verified=sandbox, community=container"), ("BERTH_WORKER_LIMITS", "memory=512M, processors=0.5, files=2048"),
            ("BERTH_WORKER_USERS", "70000-70099"), ("BERTH_CONTAINER_ENGINE", "podman"), ("BERTH_REQUEST_SECONDS", "5"), ("BERTH_ANSWER_SECONDS", "600")).Isolation;

        isolation.Levels.ShouldBe(
            new Dictionary<string, string> { ["internal"] = "none", ["verified"] = "sandbox", ["community"] = "container", ["untrusted"] = "sandbox" }, ignoreOrder: true);
        isolation.InProcess.ShouldBe(["internal"]);
        isolation.Limits.ShouldBe(new Berth.Host.Isolation.WorkerLimits { MemoryBytes = 512L << 20, ProcessorShare = 0.5, OpenFiles = 2048 });
        isolation.AnswerTime.ShouldBe(TimeSpan.FromMinutes(10));
        Read(("BERTH_ANSWER_SECONDS", "0")).Isolation.AnswerTime.ShouldBeNull();
        (isolation.FirstUserId, isolation.LastUserId, isolation.ContainerEngine, isolation.RequestTime).ShouldBe((70000, 70099, "podman", TimeSpan.FromSeconds(5)));
    }

    [Theory]
    [InlineData("tmp=128M", 128, 128)]
    [InlineData("file=16M", 16, 64)]
    [InlineData("file=128M,tmp=32M", 32, 32)]
    public void One_file_may_fill_the_temporary_folder_unless_it_is_said_how_large_it_may_be(string text, long file, long tmp)
    {
        var limits = Read(("BERTH_WORKER_LIMITS", text)).Isolation.Limits;
        (limits.FileBytes >> 20, limits.TemporaryBytes >> 20).ShouldBe((file, tmp));
    }

    [Theory]
    [InlineData("BERTH_WORKER_LIMITS", "memory=256M,processors=1,processes=128,files=1024,file=64M,tmp=64M,network=10M")]
    [InlineData("BERTH_WORKER_USERS", "61184-61999")]
    [InlineData("BERTH_ANSWER_SECONDS", "0")]
    public void The_isolation_in_force_is_shown_in_the_words_it_is_set_with(string name, string text)
    {
        SettingsReport.Of(Read()).Single(setting => setting.Name == name).Value.ShouldBe(text);
        SettingsReport.Of(Read((name, text))).Single(setting => setting.Name == name).Value.ShouldBe(text);
    }

    [Fact]
    public void The_levels_in_force_are_shown_with_the_one_of_a_stranger_that_the_hosts_user_allows()
    {
        var text = $"internal=none,verified=none,community={(Environment.IsPrivilegedProcess ? "process" : "sandbox")},untrusted=sandbox";
        SettingsReport.Of(Read()).Single(setting => setting.Name == "BERTH_ISOLATION").Value.ShouldBe(text);
        SettingsReport.Of(Read(("BERTH_ISOLATION", text))).Single(setting => setting.Name == "BERTH_ISOLATION").Value.ShouldBe(text);
    }

    [Fact]
    public void Every_setting_can_be_set()
    {
        var settings = Read(
            ("BERTH_DATABASE", "Host=localhost;Database=berth"), ("BERTH_HOST_URLS", "http://*:80; https://berth.example"), ("BERTH_ROLE", "Registry"), ("BERTH_RATE_LIMITS", "OFF"),
            ("PLUGINS_BASE_DIR", "/srv/plugins"), ("CLEANUP_INTERVAL_SECONDS", "5"), ("MANAGER_TIMEOUT_SECONDS", "6"), ("VERSION_RETENTION_DAYS", "7"), ("BERTH_ADMIN_TOKEN", "a-long-token"),
            ("OPERATION_RETENTION_DAYS", "8"), ("EVENT_RETENTION_DAYS", "0"), ("AUDIT_RETENTION_DAYS", "365"), ("BERTH_WORKER_SPARES", "0"), ("BERTH_AUTO_UPDATE_SECONDS", "0"), ("BERTH_ALLOWED_ORIGINS", "https://app.example, http://localhost:3000,http://[::1]:81,"));
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
        settings.WorkerSpares.ShouldBe(0);
        settings.AutoUpdateInterval.ShouldBe(TimeSpan.Zero, "0 is never");
        settings.AdminToken.ShouldBe("a-long-token");
        settings.AllowedOrigins.ShouldBe(["https://app.example", "http://localhost:3000", "http://[::1]:81"]);
    }

    [Theory]
    [InlineData("BERTH_ISOLATION", "community")]
    [InlineData("BERTH_ISOLATION", "strangers=sandbox")]
    [InlineData("BERTH_ISOLATION", "community=jail")]
    [InlineData("BERTH_ISOLATION", "community=vm")]
    [InlineData("BERTH_WORKER_LIMITS", "memory=1M")]
    [InlineData("BERTH_WORKER_LIMITS", "memory=99999999999999G")]
    [InlineData("BERTH_WORKER_LIMITS", "memory=-1")]
    [InlineData("BERTH_WORKER_LIMITS", "memory=M")]
    [InlineData("BERTH_WORKER_LIMITS", "processors=0")]
    [InlineData("BERTH_WORKER_LIMITS", "processors=NaN")]
    [InlineData("BERTH_WORKER_LIMITS", "processes=1")]
    [InlineData("BERTH_WORKER_LIMITS", "file=1K")]
    [InlineData("BERTH_WORKER_LIMITS", "speed=1")]
    [InlineData("BERTH_WORKER_USERS", "0-10")]
    [InlineData("BERTH_WORKER_USERS", "5000-4000")]
    [InlineData("BERTH_WORKER_USERS", "5000")]
    [InlineData("BERTH_CONTAINER_ENGINE", "docker")]
    [InlineData("BERTH_REQUEST_SECONDS", "0")]
    [InlineData("BERTH_ANSWER_SECONDS", "-1")]
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
    [InlineData("BERTH_STORE_CODINGS", "zstd,snappy")]
    [InlineData("BERTH_RECOMPRESSION", "maybe")]
    [InlineData("BERTH_AUTO_UPDATE_SECONDS", "2592001")]
    [InlineData("BERTH_AUTO_UPDATE_SECONDS", "-1")]
    [InlineData("BERTH_AUTO_UPDATE_SECONDS", "often")]
    [InlineData("BERTH_PLUGIN_FOLDERS", "docs=documents")]
    [InlineData("BERTH_PLUGIN_FOLDERS", "docs=/none/there")]
    [InlineData("BERTH_PLUGIN_FOLDERS", "all=/")]
    [InlineData("BERTH_PLUGIN_FOLDERS", "tmp=/tmp:rw;max=much")]
    [InlineData("BERTH_PLUGIN_PROGRAMS", "sh=sh")]
    [InlineData("BERTH_PLUGIN_PROGRAMS", "sh=/bin/none")]
    [InlineData("BERTH_WORKER_SPARES", "17")]
    [InlineData("BERTH_WORKER_SPARES", "-1")]
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
