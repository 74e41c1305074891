using Berth.Host.Offers;

namespace Berth.Host.Tests.Offers;

/// <summary>What an administrator writes down as offered, and what is refused of it before anything starts.</summary>
public sealed class OfferedTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("berth-offers-").FullName;

    public OfferedTests()
    {
        Directory.CreateDirectory(Data);
        Directory.CreateDirectory(Docs);
        Directory.CreateSymbolicLink(Path.Combine(_root, "link"), Data);
        File.WriteAllText(Path.Combine(_root, "file"), "");
        File.WriteAllText(Path.Combine(Data, "tool"), "");
        File.SetUnixFileMode(Path.Combine(Data, "tool"), (UnixFileMode)0b111_101_101);
    }

    private string Data => Path.Combine(_root, "data");

    private string Docs => Path.Combine(_root, "docs");

    [Fact]
    public void Folders_are_for_reading_unless_it_says_rw() =>
        OfferedFolder.Parse($"docs={Docs}, out-2={Docs}:rw", [Data]).ShouldBe([new OfferedFolder("docs", Docs, IsWritable: false), new OfferedFolder("out-2", Docs, IsWritable: true)]);

    [Theory]
    [InlineData("out={docs}:rw;max=10G", 10L << 30)]
    [InlineData("out={docs}:rw;max=1500k", 1500L << 10)]
    [InlineData("out={docs}:rw;max=4096", 4096L)]
    [InlineData("out={docs}:rw", null)]
    public void A_folder_is_bounded_where_it_says_how_much_and_is_shown_as_it_was_written(string text, long? most)
    {
        var folder = OfferedFolder.Parse(Fill(text), [Data]).ShouldHaveSingleItem();
        folder.ShouldBe(new OfferedFolder("out", Docs, IsWritable: true) { MaxBytes = most });
        OfferedFolder.Parse(folder.ToString(), [Data]).ShouldBe([folder]);
    }

    [Fact]
    public void Nothing_offered_is_nothing() => OfferedFolder.Parse("", [Data]).ShouldBeEmpty();

    [Theory]
    [InlineData("docs", "is no pair")]
    [InlineData("docs=relative/path", "is not absolute")]
    [InlineData("docs={docs}/none", "there is no folder")]
    [InlineData("docs={root}/file", "there is no folder")]
    [InlineData("docs={docs},docs={docs}", "is there twice")]
    [InlineData("Docs={docs}", "is no name")]
    [InlineData("={docs}", "is no name")]
    [InlineData("a/b={docs}", "is no name")]
    [InlineData("..={docs}", "is no name")]
    [InlineData("-a={docs}", "is no name")]
    [InlineData("data={data}", "overlap")]
    [InlineData("data={data}/below:rw", "overlap")]
    [InlineData("data={root}", "overlap")]
    [InlineData("data=/", "overlap")]
    [InlineData("data={root}/link", "overlap")]
    [InlineData("data={root}/docs/../data", "overlap")]
    [InlineData("p=/proc/self", "window into the machine")]
    [InlineData("p=/sys", "window into the machine")]
    [InlineData("docs={docs};max=1G", "is offered for reading")]
    [InlineData("docs={docs}:rw;max=", "is no size")]
    [InlineData("docs={docs}:rw;max=10", "is no size")]
    [InlineData("docs={docs}:rw;max=G", "is no size")]
    [InlineData("docs={docs}:rw;max=-1G", "is no size")]
    [InlineData("docs={docs}:rw;max=1T", "is no size")]
    [InlineData("docs={docs}:rw;max=99999999999G", "is no size")]
    [InlineData("docs={docs};max=1G:rw", "is no size")]
    [InlineData("docs={docs}:rw;most=1G", "there is no folder")]
    public void A_folder_that_cannot_be_offered_is_refused_with_what_to_do(string text, string reason)
    {
        Directory.CreateDirectory(Path.Combine(Data, "below"));
        Should.Throw<FormatException>(() => OfferedFolder.Parse(Fill(text), [Data])).Message.ShouldContain(reason);
    }

    [Fact]
    public void Programs_are_offered_by_name() => OfferedProgram.Parse("sh=/bin/sh,p=/usr/bin/printf", [Data]).ShouldBe([new OfferedProgram("sh", "/bin/sh"), new OfferedProgram("p", "/usr/bin/printf")]);

    [Theory]
    [InlineData("sh=sh", "is not absolute")]
    [InlineData("sh=/bin/none", "there is no program")]
    [InlineData("sh=/bin", "there is no program")]
    [InlineData("sh=/bin/sh,sh=/bin/cat", "is there twice")]
    [InlineData("s h=/bin/sh", "is no name")]
    [InlineData("file={root}/file", "cannot be run")]
    [InlineData("tool={data}/tool", "a folder of the host's own")]
    [InlineData("tool={root}/link/tool", "a folder of the host's own")]
    public void A_program_that_cannot_be_offered_is_refused_with_what_to_do(string text, string reason) =>
        Should.Throw<FormatException>(() => OfferedProgram.Parse(Fill(text), [Data])).Message.ShouldContain(reason);

    [Fact]
    public void No_program_is_offered_where_it_would_see_the_hosts_own_data() =>
        Should.Throw<FormatException>(() => OfferedProgram.Parse("sh=/bin/sh", ["/usr/local/berth/data"])).Message.ShouldContain("which every program sees");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Fill(string text) => text.Replace("{docs}", Docs, StringComparison.Ordinal).Replace("{root}", _root, StringComparison.Ordinal).Replace("{data}", Data, StringComparison.Ordinal);
}
