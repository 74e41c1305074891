using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class NativeCodeAnalyzerTests
{
    [Theory]
    [InlineData("""[System.Runtime.InteropServices.DllImport("libc")] private static extern int [|getpid|](); public static int Id() => getpid();""")]
    [InlineData("""public static void Start(CancellationToken unloading) { [|System.Runtime.InteropServices.NativeLibrary.Load("libz.so.1")|]; }""")]
    public Task Native_code_is_told(string members) => Judged<NativeCodeAnalyzer>.IsToldAsync(members);

    [Theory]
    [InlineData("""public static int Id() => Environment.ProcessId;""")]
    public Task Managed_code_is_not(string members) => Judged<NativeCodeAnalyzer>.IsNotToldAsync(members);
}
