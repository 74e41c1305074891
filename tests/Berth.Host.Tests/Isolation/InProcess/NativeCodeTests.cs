using Berth.Host.Isolation.InProcess;

namespace Berth.Host.Tests.Isolation.InProcess;

public sealed class NativeCodeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("berth-native-").FullName;

    private string Main => Path.Combine(_folder, "lib", "net10.0", "Plugin.dll");

    public NativeCodeTests() => Put("lib/net10.0/Plugin.dll", File.ReadAllBytes(typeof(NativeCode).Assembly.Location));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("lib/net10.0/data.bin", "7F454C4602010100")]
    [InlineData("assets/picture.png", "7F454C4602010100")]
    [InlineData("vm/x", "FEEDFACE00000007")]
    [InlineData("dist/main.js", "CFFAEDFE07000001")]
    [InlineData("native/fat", "CAFEBABE00000002")]
    [InlineData("native/fat64", "CAFEBABF00000002")]
    [InlineData("lib/net10.0/by-its-name.so", "")]
    [InlineData("lib/net10.0/libz.so.1", "00")]
    public void It_is_found_wherever_it_lies_and_whatever_it_is_called(string name, string bytes)
    {
        Put(name, Convert.FromHexString(bytes));
        NativeCode.Find(_folder, Main).ShouldBe(name);
    }

    [Fact]
    public void A_program_for_Windows_is_found_and_an_assembly_is_none()
    {
        NativeCode.Find(_folder, Main).ShouldBeNull();
        Put("tools/README", NativeImage());
        NativeCode.Find(_folder, Main).ShouldBe("tools/README");
    }

    [Theory]
    [InlineData("assets/Main.class", "CAFEBABE00000034")]
    [InlineData("assets/short", "7F454C")]
    [InlineData("assets/empty", "")]
    [InlineData("assets/words.txt", "4D5A206973206E6F2070726F6772616D")]
    [InlineData("vm/app.wasm", "0061736D01000000")]
    [InlineData("dist/by-its-name.so", "2F2A20612074657874202A2F")]
    public void What_only_looks_like_it_is_not(string name, string bytes)
    {
        Put(name, Convert.FromHexString(bytes));
        NativeCode.Find(_folder, Main).ShouldBeNull();
    }

    // An assembly whose header no longer points to its metadata.
    private byte[] NativeImage()
    {
        var bytes = File.ReadAllBytes(Main);
        var headers = BitConverter.ToInt32(bytes, 0x3C) + 24;
        var isLarge = BitConverter.ToUInt16(bytes, headers) == 0x20B;
        Array.Clear(bytes, headers + (isLarge ? 112 : 96) + (14 * 8), 8);
        return bytes;
    }

    private void Put(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }
}
