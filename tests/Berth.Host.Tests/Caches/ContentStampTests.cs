using Berth.Host.Caches;

namespace Berth.Host.Tests.Caches;

public sealed class ContentStampTests : IDisposable
{
    private static readonly DateTime Then = DateTime.UtcNow.AddHours(-1);
    private readonly string _folder = Directory.CreateTempSubdirectory("berth-stamp-").FullName;

    public ContentStampTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "sub"));
        Write("a.dll", "aaaa");
        Write("sub/b.dll", "bbbb");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_files_have_the_same_stamp() => Stamp().ShouldBe(Stamp());

    [Fact]
    public void Another_size_is_another_stamp() => Changes(() => Write("a.dll", "aaaaa"));

    [Fact]
    public void Other_bytes_of_the_same_size_are_another_stamp() => Changes(() => Write("sub/b.dll", "cccc", seconds: 1));

    [Fact]
    public void A_new_file_is_another_stamp() => Changes(() => Write("c.so", ""));

    [Fact]
    public void A_file_that_goes_is_another_stamp() => Changes(() => File.Delete(Path.Combine(_folder, "a.dll")));

    [Fact]
    public void Another_name_is_another_stamp() => Changes(() => File.Move(Path.Combine(_folder, "a.dll"), Path.Combine(_folder, "z.dll")));

    [Fact]
    public void What_was_written_just_now_is_not_settled()
    {
        Stamp().IsSettled.ShouldBeTrue();
        File.WriteAllText(Path.Combine(_folder, "a.dll"), "aaaa");
        Stamp().IsSettled.ShouldBeFalse();
    }

    [Fact]
    public void A_folder_that_is_not_there_has_a_stamp() => ContentStamp.OfFolder(Path.Combine(_folder, "none")).IsSettled.ShouldBeTrue();

    private ContentStamp Stamp() => ContentStamp.OfFolder(_folder);

    private void Changes(Action change)
    {
        var before = Stamp();
        change();
        Stamp().Text.ShouldNotBe(before.Text);
    }

    // An hour old, so that only what the test is about is different.
    private void Write(string name, string text, int seconds = 0)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, Then.AddSeconds(seconds));
    }
}
