/* A board without a program: the start of a Cortex-M, and drivers that only touch a register each. Nothing of it counts in the table. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

extern uint32_t data_load, data_begin, data_end, bss_begin, bss_end, stack_top;
int       main(void);
void      reset(void);
int       modem_open(void *user, const char *host, uint16_t port, uint32_t wait_ms);
ptrdiff_t modem_read(void *user, void *to, size_t size, uint32_t wait_ms);
ptrdiff_t modem_write(void *user, const void *from, size_t size, uint32_t wait_ms);
void      modem_close(void *user);
void      modem_wait(void *user, int wants, uint32_t ms);
uint32_t  board_ticks_ms(void *user);
bool      board_entropy(void *user, void *to, size_t size);

#define REGISTER(n) (((volatile uint32_t *)0x40000000)[n])

int modem_open(void *user, const char *host, uint16_t port, uint32_t wait_ms)
{
    (void)user, (void)wait_ms;
    REGISTER(0) = (uint32_t)(uintptr_t)host + port;
    return 1;
}

ptrdiff_t modem_read(void *user, void *to, size_t size, uint32_t wait_ms)
{
    (void)user, (void)wait_ms;
    for (size_t i = 0; i < size; i++)
        ((unsigned char *)to)[i] = (unsigned char)REGISTER(1);
    return (ptrdiff_t)size;
}

ptrdiff_t modem_write(void *user, const void *from, size_t size, uint32_t wait_ms)
{
    (void)user, (void)wait_ms;
    for (size_t i = 0; i < size; i++)
        REGISTER(1) = ((const unsigned char *)from)[i];
    return (ptrdiff_t)size;
}

void modem_close(void *user)
{
    (void)user;
    REGISTER(2) = 0;
}

void modem_wait(void *user, int wants, uint32_t ms)
{
    (void)user, (void)wants;
    REGISTER(3) = ms;
}

uint32_t board_ticks_ms(void *user)
{
    (void)user;
    return REGISTER(4);
}

bool board_entropy(void *user, void *to, size_t size)
{
    (void)user;
    for (size_t i = 0; i < size; i++)
        ((unsigned char *)to)[i] = (unsigned char)REGISTER(5);
    return true;
}

void reset(void)
{
    memcpy(&data_begin, &data_load, (size_t)((char *)&data_end - (char *)&data_begin));
    memset(&bss_begin, 0, (size_t)((char *)&bss_end - (char *)&bss_begin));
    main();
    for (;;)
        ;
}

__attribute__((section(".vectors"), used)) static const uintptr_t vectors[] = { (uintptr_t)&stack_top, (uintptr_t)reset };
