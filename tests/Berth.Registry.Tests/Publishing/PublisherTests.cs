using System.Text;
using Berth.Data.Sessions;
using Berth.Packaging.Archive;
using Berth.Registry.Catalog;
using Berth.Registry.Publishing;
using Berth.Registry.Trust;

namespace Berth.Registry.Tests.Publishing;

public abstract class PublisherTests(DatabaseKind kind) : RegistryTestBase(kind)
{
    protected override PackageLimits Limits => new() { MaxPackageBytes = 1024 * 1024 };

    [Fact]
    public async Task A_published_version_is_visible_with_exactly_these_bytes()
    {
        var package = TestPackage.Create(readme: "# Notes", changelog: "- first");

        var published = await PublishedAsync(package);

        published.Slug.ShouldBe("Notes");
        published.Version.ShouldBe("1.0.0");
        published.Digest.ShouldBe(DigestOf(package));
        published.Size.ShouldBe(package.Length);
        published.FileCount.ShouldBe(4);
        published.PublishedBy.ShouldBe(Ada);
        published.PublishedAt.ShouldBe(Time.GetUtcNow());
        (await Catalog.FindVersionAsync("notes", "1.0.0"))!.Digest.ShouldBe(published.Digest);
        (await Catalog.FindTextsAsync("Notes", "1.0.0")).ShouldBe(new("# Notes", "- first"));
        (await DownloadAsync(published.Digest)).ShouldBe(package);
        StoredFiles().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_publish_leaves_an_event_an_audit_row_and_the_first_trust_decision()
    {
        await PublishedAsync(TestPackage.Create());
        await PublishedAsync(TestPackage.Create(version: "1.1.0"));

        var events = await Database.ReadAsync(s => s.QueryAsync<string>("SELECT subject FROM outbox WHERE type = 'berth.package.published' ORDER BY seq"));
        events.ShouldBe(["Notes@1.0.0", "Notes@1.1.0"]);
        (await Database.ReadAsync(s => s.QueryAsync<string>("SELECT action FROM audit WHERE actor_id = @Ada", new { Ada }))).ShouldBe(["package.publish", "package.publish"]);
        (await Trust.HistoryAsync("Notes")).ShouldHaveSingleItem().Level.ShouldBe(TrustLevels.Community);
    }

    [Fact]
    public async Task R53_Trust_follows_the_publisher_never_the_manifest()
    {
        (await PublishedAsync(TestPackage.Create("Ours"), administrator: true)).TrustLevel.ShouldBe(TrustLevels.Internal);
        (await PublishedAsync(TestPackage.Create("Theirs"))).TrustLevel.ShouldBe(TrustLevels.Community);
    }

    [Fact]
    public async Task R66_After_a_lost_answer_the_retry_says_already_published()
    {
        var package = TestPackage.Create();
        var first = await PublishedAsync(package);

        var again = (await PublishAsync(package)).ShouldBeOfType<PublishOutcome.AlreadyPublished>();

        again.Version.Digest.ShouldBe(first.Digest);
        again.Version.PublicationId.ShouldBe(first.PublicationId);
        (await CountAsync("package_version")).ShouldBe(1);
        (await CountAsync("outbox")).ShouldBe(1);
        StoredFiles().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Sending_the_same_bytes_again_repairs_a_store_that_lost_them()
    {
        var package = TestPackage.Create();
        var digest = (await PublishedAsync(package)).Digest;
        (await Blobs.DeleteAsync(digest)).ShouldBeTrue();

        (await PublishAsync(package)).ShouldBeOfType<PublishOutcome.AlreadyPublished>();

        (await DownloadAsync(digest)).ShouldBe(package);
    }

    [Fact]
    public async Task R07_Other_bytes_for_a_version_are_refused_with_both_digests_and_nothing_is_kept()
    {
        var first = TestPackage.Create(content: "one");
        var second = TestPackage.Create(content: "two");
        await PublishedAsync(first);

        var refused = (await PublishAsync(second)).ShouldBeOfType<PublishOutcome.VersionExists>();

        refused.ShouldBe(new PublishOutcome.VersionExists("Notes", "1.0.0", DigestOf(first), DigestOf(second)));
        (await DownloadAsync(DigestOf(first))).ShouldBe(first);
        StoredFiles().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Versions_that_differ_in_build_metadata_are_different_versions()
    {
        await PublishedAsync(TestPackage.Create(version: "1.0.0+linux", content: "one"));
        await PublishedAsync(TestPackage.Create(version: "1.0.0+windows", content: "two"));

        (await Catalog.FindAsync("Notes"))!.Versions.Select(v => v.Version).ShouldBe(["1.0.0+linux", "1.0.0+windows"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_first_publisher_owns_the_slug_in_any_case()
    {
        await PublishedAsync(TestPackage.Create());

        (await PublishAsync(TestPackage.Create(version: "2.0.0"), Bob)).ShouldBe(new PublishOutcome.SlugTaken("Notes"));
        (await PublishAsync(TestPackage.Create("NOTES", "2.0.0"), Bob)).ShouldBe(new PublishOutcome.SlugTaken("Notes"));
        (await PublishAsync(TestPackage.Create("notes", "2.0.0"))).ShouldBe(new PublishOutcome.SlugTaken("Notes"));
        StoredFiles().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_administrator_may_publish_to_anybodys_slug_and_its_owner_stays()
    {
        await PublishedAsync(TestPackage.Create());

        var published = await PublishedAsync(TestPackage.Create(version: "1.0.1"), Bob, administrator: true);

        published.PublishedBy.ShouldBe(Bob);
        published.TrustLevel.ShouldBe(TrustLevels.Community);
        (await Catalog.FindAsync("Notes"))!.OwnerId.ShouldBe(Ada);
    }

    [Fact]
    public async Task The_request_must_name_what_the_package_is()
    {
        var package = TestPackage.Create();

        var outcome = await Publisher.PublishAsync(new PublishRequest(Ada, false, new MemoryStream(package), "Other", "2.0.0"));
        outcome.ShouldBeOfType<PublishOutcome.Refused>().Faults.Select(f => f.Code).ShouldBe(["package.slug_mismatch", "package.version_mismatch"]);

        outcome = await Publisher.PublishAsync(new PublishRequest(Ada, false, new MemoryStream(package), "notes"));
        outcome.ShouldBeOfType<PublishOutcome.Refused>().Faults.ShouldHaveSingleItem().Code.ShouldBe("package.slug_mismatch");

        outcome = await Publisher.PublishAsync(new PublishRequest(Ada, false, new MemoryStream(package), ContentSha256: new string('0', 64)));
        outcome.ShouldBeOfType<PublishOutcome.Refused>().Faults.ShouldHaveSingleItem().Code.ShouldBe("package.digest_mismatch");

        outcome = await Publisher.PublishAsync(new PublishRequest(Ada, false, new MemoryStream(package), "Notes", "1.0.0", DigestOf(package).ToUpperInvariant()));
        outcome.ShouldBeOfType<PublishOutcome.Published>();
        StoredFiles().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Too_many_bytes_are_refused_and_nothing_is_kept()
    {
        var outcome = await Publisher.PublishAsync(new PublishRequest(Ada, false, new EndlessStream()));

        outcome.ShouldBe(new PublishOutcome.TooLarge(1024 * 1024));
        StoredFiles().ShouldBeEmpty();
        (await Publisher.ValidateAsync(new PublishRequest(Ada, false, new EndlessStream()))).ShouldBe(new PublishOutcome.TooLarge(1024 * 1024));
    }

    [Fact]
    public async Task A_body_that_breaks_off_leaves_nothing()
    {
        await Should.ThrowAsync<IOException>(() => Publisher.PublishAsync(new PublishRequest(Ada, false, new BrokenStream(TestPackage.Create()))));

        StoredFiles().ShouldBeEmpty();
        (await CountAsync("package")).ShouldBe(0);
    }

    [Fact]
    public async Task Validate_says_what_publish_would_and_keeps_nothing()
    {
        var accepted = await Publisher.ValidateAsync(new PublishRequest(Ada, false, new MemoryStream(TestPackage.Create())));
        var refused = await Publisher.ValidateAsync(new PublishRequest(Ada, false, new MemoryStream("no package"u8.ToArray())));

        accepted.ShouldBeOfType<PublishOutcome.Valid>().State.ShouldBe(VersionState.Visible);
        refused.ShouldBeOfType<PublishOutcome.Refused>().Faults.ShouldNotBeEmpty();
        StoredFiles().ShouldBeEmpty();
        (await CountAsync("package")).ShouldBe(0);
    }

    [Fact]
    public async Task R59_Many_small_uploads_at_once_are_never_mixed_up()
    {
        var packages = Enumerable.Range(0, 64).Select(i => TestPackage.Create($"Plugin{i}", content: string.Concat(Enumerable.Repeat($"line {i}\n", 1 + i)))).ToList();

        await Task.WhenAll(packages.Select(p => Task.Run(() => PublishedAsync(p))));

        for (var i = 0; i < packages.Count; i++)
        {
            var version = (await Catalog.FindVersionAsync($"Plugin{i}", "1.0.0")).ShouldNotBeNull();
            version.Digest.ShouldBe(DigestOf(packages[i]));
            (await DownloadAsync(version.Digest)).ShouldBe(packages[i]);
        }

        StoredFiles().Length.ShouldBe(64);
    }

    [Fact]
    public async Task Of_concurrent_publishes_of_one_version_exactly_one_wins()
    {
        var packages = Enumerable.Range(0, 4).Select(i => TestPackage.Create(content: $"variant {i}")).ToList();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() => PublishAsync(packages[i % 4]))));

        var winner = outcomes.OfType<PublishOutcome.Published>().ShouldHaveSingleItem().Version;
        outcomes.OfType<PublishOutcome.AlreadyPublished>().Count().ShouldBe(5);
        outcomes.OfType<PublishOutcome.VersionExists>().Count().ShouldBe(18);
        outcomes.OfType<PublishOutcome.VersionExists>().ShouldAllBe(o => o.ExistingDigest == winner.Digest);
        StoredFiles().ShouldHaveSingleItem();
        (await CountAsync("package_version")).ShouldBe(1);
        (await CountAsync("outbox")).ShouldBe(1);
    }

    [Fact]
    public async Task A_long_readme_is_cut_at_the_end_of_a_line()
    {
        // Varied, because a package that shrinks too well is refused.
        var random = new Random(1);
        var readme = string.Concat(Enumerable.Range(0, 4_000).Select(_ => string.Concat(random.GetItems("äöüéèàçñ".AsSpan(), 60)) + "\n"));
        await PublishedAsync(TestPackage.Create(readme: readme));

        var kept = (await Catalog.FindTextsAsync("Notes", "1.0.0"))!.Readme!;

        Encoding.UTF8.GetByteCount(kept).ShouldBeInRange(256 * 1024 - 200, 256 * 1024);
        kept.Split('\n').ShouldAllBe(line => line.Length == 60);
    }

    public sealed class OnSqlite() : PublisherTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : PublisherTests(DatabaseKind.PostgreSql);
}
